using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>The DELETE command (GPC 2.3.1 §11.2).</summary>
public static class Delete
{
    /// <summary>Deletes an application or a load file.</summary>
    /// <param name="aid">Its AID; copied.</param>
    /// <param name="withRelated">Of a load file: its applications too.</param>
    /// <param name="token">Delete token for delegated management; empty when none is needed.</param>
    /// <exception cref="ArgumentException">The AID has not 5 to 16 bytes.</exception>
    public static CommandApdu CardContent(ReadOnlySpan<byte> aid, bool withRelated = false, ReadOnlySpan<byte> token = default)
    {
        using var data = new TlvWriter();
        data.Write(0x4F, Aid.Require(aid, nameof(aid)));
        if (!token.IsEmpty)
            data.Write(0x9E, token);
        return new CommandApdu(0x80, 0xE4, 0x00, (byte)(withRelated ? 0x80 : 0x00), data.ToArray(), 256);
    }

    /// <summary>Deletes keys: one when both numbers are given, else all that have the number.</summary>
    /// <param name="keyVersion">Key version number, or null for any.</param>
    /// <param name="keyIdentifier">Key identifier, or null for any.</param>
    /// <exception cref="ArgumentException">Both are null: that would delete all keys.</exception>
    public static CommandApdu Keys(byte? keyVersion, byte? keyIdentifier = null)
    {
        if (keyVersion is null && keyIdentifier is null)
            throw new ArgumentException("Name a key version, a key identifier or both: all keys cannot be meant.", nameof(keyVersion));
        using var data = new TlvWriter();
        if (keyIdentifier is { } identifier)
            data.Write(0xD0, identifier);
        if (keyVersion is { } version)
            data.Write(0xD2, version);
        return new CommandApdu(0x80, 0xE4, 0x00, 0x00, data.ToArray(), 256);
    }
}
