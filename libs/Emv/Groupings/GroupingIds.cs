namespace PersoMesh.Emv;

/// <summary>
/// Identifiers of data groupings that payment applications commonly use. Which of them a card takes, and in what order, is a matter of
/// its profile: these are names, not rules.
/// </summary>
public static class GroupingIds
{
    /// <summary>Three symmetric keys: application cryptogram, secure messaging integrity, secure messaging confidentiality.</summary>
    public const ushort CardKeys = 0x8000;

    /// <summary>Key check values of <see cref="CardKeys"/>; sent after them.</summary>
    public const ushort CardKeyCheckValues = 0x9000;

    /// <summary>Reference PIN block.</summary>
    public const ushort ReferencePin = 0x8010;

    /// <summary>PIN try counter and PIN try limit.</summary>
    public const ushort PinTryCounter = 0x9010;

    /// <summary>Private exponent of the ICC key, for cards without CRT.</summary>
    public const ushort IccPrivateExponent = 0x8101;

    /// <summary>Private exponent of the PIN encipherment key, for cards without CRT.</summary>
    public const ushort PinPrivateExponent = 0x8102;

    /// <summary>Modulus of the ICC key, for cards without CRT.</summary>
    public const ushort IccModulus = 0x8103;

    /// <summary>Modulus of the PIN encipherment key, for cards without CRT.</summary>
    public const ushort PinModulus = 0x8104;

    /// <summary>First of the five CRT parts of the ICC key.</summary>
    public const ushort IccCrt = 0x8201;

    /// <summary>First of the five CRT parts of the PIN encipherment key.</summary>
    public const ushort PinCrt = 0x8301;

    /// <summary>First of the five CRT parts of the contactless ICC key.</summary>
    public const ushort ContactlessIccCrt = 0x8401;
}
