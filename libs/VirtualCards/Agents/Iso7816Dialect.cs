using PersoMesh.SmartCard.FileSystem;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.VirtualCards.Agents;

/// <summary>What ISO/IEC 7816-4 and -9 leave open and a card product decides.</summary>
public sealed record Iso7816Dialect
{
    /// <summary>The longest command data field in bytes, at most 255.</summary>
    public int MaxCommandData { get; init; } = 255;

    /// <summary>The longest response data field in bytes, at most 256.</summary>
    public int MaxResponseData { get; init; } = 256;

    /// <summary>The template of CREATE FILE: 62, or 6F for older cards.</summary>
    public BerTag CreateTemplate { get; init; } = FileControlParameters.FcpTemplate;

    /// <summary>
    /// True when the records of linear fixed EFs exist as soon as the EF does: they are then updated. False when they are appended.
    /// </summary>
    public bool RecordsExistAtCreation { get; init; }

    /// <summary>Reference of the password that has the transport value on the blank card and gets the card's own.</summary>
    public byte TransportReference { get; init; } = 1;

    /// <summary>What is added to a password's reference to name its resetting code.</summary>
    public byte ResettingCodeOffset { get; init; } = 0x10;
}
