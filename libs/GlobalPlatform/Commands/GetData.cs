using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>The GET DATA command (GPC 2.3.1 §11.3).</summary>
public static class GetData
{
    /// <summary>Issuer identification number.</summary>
    public const ushort IssuerIdentificationNumber = 0x0042;

    /// <summary>Card image number.</summary>
    public const ushort CardImageNumber = 0x0045;

    /// <summary>Card data, read by <see cref="CardRecognitionData"/>.</summary>
    public const ushort CardData = 0x0066;

    /// <summary>Card capability information.</summary>
    public const ushort CardCapabilities = 0x0067;

    /// <summary>Sequence counter of the default key version (SCP02).</summary>
    public const ushort SequenceCounter = 0x00C1;

    /// <summary>Key diversification data; not in the specification, but common.</summary>
    public const ushort KeyDiversificationData = 0x00CF;

    /// <summary>Key information template, read by <see cref="GlobalPlatform.KeyInformation"/>.</summary>
    public const ushort KeyInformation = 0x00E0;

    /// <summary>List of applications.</summary>
    public const ushort ListOfApplications = 0x2F00;

    /// <summary>
    /// Card production life cycle data, read by <see cref="GlobalPlatform.ProductionLifeCycle"/>; not in the specification, but common.
    /// </summary>
    public const ushort ProductionLifeCycle = 0x9F7F;

    /// <summary>Builds the command.</summary>
    /// <param name="tag">The data object's tag, of one or two bytes.</param>
    /// <param name="withSecurityDomain">True for a security domain (CLA 80); false for applications that want CLA 00.</param>
    public static CommandApdu Command(ushort tag, bool withSecurityDomain = true) =>
        new((byte)(withSecurityDomain ? 0x80 : 0x00), 0xCA, (byte)(tag >> 8), (byte)tag, default, 256);
}
