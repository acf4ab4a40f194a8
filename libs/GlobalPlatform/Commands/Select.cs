using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>The SELECT command by name (GPC 2.3.1 §11.9). It goes outside of secure messaging and ends a secure channel session.</summary>
public static class Select
{
    /// <summary>Selects an application or security domain.</summary>
    /// <param name="aid">Its AID, or the beginning of one: 5 to 16 bytes; copied.</param>
    /// <param name="next">The next application whose AID begins like this, instead of the first.</param>
    /// <exception cref="ArgumentException">The AID has another length.</exception>
    public static CommandApdu ByName(ReadOnlySpan<byte> aid, bool next = false) =>
        new(0x00, 0xA4, 0x04, (byte)(next ? 0x02 : 0x00), Aid.Require(aid, nameof(aid)).ToArray(), 256);

    /// <summary>Selects the issuer security domain, whatever its AID is.</summary>
    public static CommandApdu IssuerSecurityDomain() => new(0x00, 0xA4, 0x04, 0x00, default, 256);
}
