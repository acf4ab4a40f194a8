namespace PersoMesh.VirtualCards.Layout;

/// <summary>A password of a card, without its value: reference, rules for its value, and how it is sent to the card.</summary>
/// <param name="Reference">Reference of the password on the card, 1 to 14.</param>
/// <param name="Rules">Rules for its value.</param>
public sealed record PasswordSlot(byte Reference, PasswordRules Rules)
{
    /// <summary>What people call it: <c>PIN</c>.</summary>
    public string Name { get; init; } = "PIN";

    /// <summary>How the value is sent to the card.</summary>
    public PasswordCoding Coding { get; init; } = new();

    /// <summary>Rules for the resetting code (PUK); null for a password without one. It is sent as it is, unpadded.</summary>
    public PasswordRules? ResettingCode { get; init; }
}

/// <summary>How a password is sent to a card: its digits in ASCII, then bytes up to the length that the card stores.</summary>
/// <param name="StoredLength">Length in bytes after padding; 0 for no padding.</param>
/// <param name="Pad">The byte to pad with.</param>
public sealed record PasswordCoding(int StoredLength = 8, byte Pad = 0xFF)
{
    /// <summary>A new array, that the caller zeroes, with the value as the card wants it.</summary>
    /// <param name="value">ASCII digits.</param>
    public byte[] Encode(ReadOnlySpan<byte> value)
    {
        var encoded = new byte[Math.Max(StoredLength, value.Length)];
        encoded.AsSpan(value.Length).Fill(Pad);
        value.CopyTo(encoded);
        return encoded;
    }
}
