namespace PersoMesh.CardSimulator.Crypto;

/// <summary>Clear PIN blocks of ISO 9564-1, formats 1 (random fill) and 2 (fill F): 8 bytes: format, length, digits, fill.</summary>
static class PinBlock
{
    public const int Length = 8;

    public static bool TryRead(ReadOnlySpan<byte> block, out int format, out string pin)
    {
        format = block[0] >> 4;
        var length = block[0] & 0x0F;
        var nibbles = Convert.ToHexString(block)[2..];
        pin = "";
        if (format is not (1 or 2) || length is < 4 or > 12)
            return false;
        if (nibbles.AsSpan(0, length).ContainsAnyExceptInRange('0', '9') || (format == 2 && nibbles.AsSpan(length).ContainsAnyExcept('F')))
            return false;
        pin = nibbles[..length];
        return true;
    }
}
