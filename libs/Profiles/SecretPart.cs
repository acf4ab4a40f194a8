using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>A part of a secret data grouping: says how the Security service makes it, inside the security module.</summary>
/// <param name="Where">Its place, for errors.</param>
public abstract record SecretPart(string Where)
{
    /// <summary>Bytes that the part takes in the value of the data grouping.</summary>
    public abstract int Length { get; }

    /// <summary>True when the part is a key, which has a key check value.</summary>
    public virtual bool IsKey => false;

    /// <summary>Label of the key in the security module that the part is made with; null when it takes none.</summary>
    public virtual string? KeyLabel => null;

    /// <summary>The inputs and computed fields that it uses.</summary>
    public abstract IEnumerable<string> FieldNames { get; }

    /// <summary>What the Security service needs to make the part for one card object.</summary>
    /// <param name="fields">Inputs and computed fields by name.</param>
    /// <exception cref="RenderException">A field is missing or does not fit its place.</exception>
    public abstract SecretParameters Resolve(IReadOnlyDictionary<string, string> fields);
}

/// <summary>An EMV master key of the card (EMV Book 2 annex A1.4), 16 bytes.</summary>
/// <param name="Where">Its place, for errors.</param>
/// <param name="Master">Label of the issuer master key.</param>
/// <param name="Pan">Gives the primary account number, 8 to 19 digits.</param>
/// <param name="Sequence">Gives the PAN sequence number, two digits.</param>
public sealed record EmvMasterKeyPart(string Where, string Master, Template Pan, Template Sequence) : SecretPart(Where)
{
    /// <inheritdoc />
    public override string KeyLabel => Master;

    /// <inheritdoc />
    public override int Length => 16;

    /// <inheritdoc />
    public override bool IsKey => true;

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Pan.Names.Concat(Sequence.Names);

    /// <inheritdoc />
    public override SecretParameters Resolve(IReadOnlyDictionary<string, string> fields) =>
        new EmvMasterKeyParameters(
            Master, Rendering.Digits(Pan, Where, "'pan'", 8, 19, fields), Rendering.Digits(Sequence, Where, "'sequence'", 2, 2, fields));
}

/// <summary>A PIN block (ISO 9564-1), 8 bytes on the card, brought from the issuer's format and key to the card's format.</summary>
/// <param name="Where">Its place, for errors.</param>
/// <param name="Block">Gives the enciphered block: 16 hex digits, 32 in format 4.</param>
/// <param name="Key">Label of the key that it is enciphered under.</param>
/// <param name="Pan">Gives the primary account number, 13 to 19 digits; null when neither format needs it.</param>
/// <param name="From">Format that arrives.</param>
/// <param name="To">Format for the card: 1 or 2.</param>
public sealed record PinBlockPart(string Where, Template Block, string Key, Template? Pan, PinFormat From, PinFormat To) : SecretPart(Where)
{
    /// <inheritdoc />
    public override string KeyLabel => Key;

    /// <inheritdoc />
    public override int Length => 8;

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Block.Names.Concat(Pan?.Names ?? []);

    /// <inheritdoc />
    public override SecretParameters Resolve(IReadOnlyDictionary<string, string> fields)
    {
        var block = Rendering.Hex(Block, Where, padsRightWithF: false, BlockLength(From), fields);
        return new PinBlockParameters(
            block, Key, Pan is null ? null : Rendering.Digits(Pan, Where, "'pan'", 13, 19, fields), From, To);
    }

    /// <summary>Bytes of an enciphered block.</summary>
    internal static LengthRange BlockLength(PinFormat format) => format == PinFormat.Iso4 ? new(16, 16) : new(8, 8);
}

/// <summary>PIN block formats of ISO 9564-1; the value is the control field.</summary>
public enum PinFormat
{
    /// <summary>With the account number, filled with F.</summary>
    Iso0 = 0,

    /// <summary>Without the account number, filled with random digits.</summary>
    Iso1 = 1,

    /// <summary>For chip cards only: without the account number, filled with F.</summary>
    Iso2 = 2,

    /// <summary>With the account number, filled with random digits A to F.</summary>
    Iso3 = 3,

    /// <summary>For AES: 16 bytes, enciphered together with the account number.</summary>
    Iso4 = 4,
}

/// <summary>An AES-128 key of the card, derived from a master key with AES-CMAC over a diversifier; 16 bytes.</summary>
/// <param name="Where">Its place, for errors.</param>
/// <param name="Master">Label of the master key.</param>
/// <param name="Diversifier">Gives what makes the card's key its own, 1 to 32 bytes as hex digits.</param>
public sealed record AesKeyPart(string Where, string Master, Template Diversifier) : SecretPart(Where)
{
    /// <summary>The longest diversifier in bytes.</summary>
    public const int MaxDiversifierLength = 32;

    /// <inheritdoc />
    public override string KeyLabel => Master;

    /// <inheritdoc />
    public override int Length => 16;

    /// <inheritdoc />
    public override bool IsKey => true;

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Diversifier.Names;

    /// <inheritdoc />
    public override SecretParameters Resolve(IReadOnlyDictionary<string, string> fields) => new AesKeyParameters(
        Master, Rendering.Hex(Diversifier, Where, padsRightWithF: false, new LengthRange(1, MaxDiversifierLength), fields));
}

/// <summary>A number of one of the application's key pairs, half as long as the modulus.</summary>
/// <param name="Where">Its place, for errors.</param>
/// <param name="Component">Which one.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Use">Of which key pair.</param>
public sealed record CardKeyPart(string Where, CardKeyComponent Component, int Length, CardKeyUse Use = CardKeyUse.Authentication)
    : SecretPart(Where)
{
    /// <inheritdoc />
    public override int Length { get; } = Length;

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => [];

    /// <inheritdoc />
    public override SecretParameters Resolve(IReadOnlyDictionary<string, string> fields) => new CardKeyParameters(Component, Use);
}

/// <summary>Random bytes from the security module.</summary>
/// <param name="Where">Its place, for errors.</param>
/// <param name="Length">1 to 240.</param>
public sealed record RandomPart(string Where, int Length) : SecretPart(Where)
{
    /// <inheritdoc />
    public override int Length { get; } = Length;

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => [];

    /// <inheritdoc />
    public override SecretParameters Resolve(IReadOnlyDictionary<string, string> fields) => new RandomParameters(Length);
}

/// <summary>A secret of the issuer's that travels wrapped with AES (RFC 3394), such as a private key made elsewhere.</summary>
/// <param name="Where">Its place, for errors.</param>
/// <param name="Value">Gives the wrapped secret: 8 bytes more than <paramref name="Length"/>, as hex digits.</param>
/// <param name="Key">Label of the AES key that it is wrapped under.</param>
/// <param name="Length">Bytes of the secret, a multiple of 8.</param>
public sealed record WrappedPart(string Where, Template Value, string Key, int Length) : SecretPart(Where)
{
    const int IntegrityCheckLength = 8;

    /// <inheritdoc />
    public override string KeyLabel => Key;

    /// <inheritdoc />
    public override int Length { get; } = Length;

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Value.Names;

    /// <inheritdoc />
    public override SecretParameters Resolve(IReadOnlyDictionary<string, string> fields)
    {
        var length = Length + IntegrityCheckLength;
        return new WrappedParameters(Rendering.Hex(Value, Where, padsRightWithF: false, new LengthRange(length, length), fields), Key);
    }
}
