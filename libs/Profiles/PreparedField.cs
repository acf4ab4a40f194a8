using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>
/// A field that issuer preparation computes, with the issuer's keys or counters, between the fields above it and those below.
/// </summary>
/// <param name="Name">How templates and the fields below refer to it.</param>
/// <param name="Place">How many fields of <see cref="CardProfile.Fields"/> stand above it.</param>
public abstract record PreparedField(string Name, int Place)
{
    /// <summary>Labels of the keys in the security module that it takes.</summary>
    public abstract IReadOnlyList<string> KeyLabels { get; }

    /// <summary>The inputs and computed fields that it uses.</summary>
    public abstract IEnumerable<string> FieldNames { get; }

    /// <summary>What is needed to compute it for one card object.</summary>
    /// <param name="fields">Inputs and the fields above it by name.</param>
    /// <exception cref="RenderException">A field is missing or does not fit its place; the message holds no value.</exception>
    public abstract PreparedFieldParameters Resolve(IReadOnlyDictionary<string, string> fields);
}

/// <summary>What a <see cref="PreparedField"/> of one card is computed from. Cardholder data: never logged.</summary>
public abstract record PreparedFieldParameters
{
    /// <summary>The kind of field only.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>Which card verification value: where the digits are found, and so from which service code they are computed.</summary>
public enum CardVerificationKind
{
    /// <summary>CVV of the magnetic stripe, from the card's service code.</summary>
    Cvv,

    /// <summary>iCVV of the chip's track 2 equivalent data, from the service code 999.</summary>
    ICvv,

    /// <summary>CVV2 printed on the card, from the service code 000.</summary>
    Cvv2,
}

/// <summary>A card verification value: three digits.</summary>
/// <param name="Name">How templates refer to it.</param>
/// <param name="Place">How many computed fields stand above it.</param>
/// <param name="Kind">Which one.</param>
/// <param name="Key">Label of the key pair CVK A‖B; its left half, A‖A, has this label and <see cref="LeftHalf"/>.</param>
/// <param name="Pan">Gives the primary account number, 8 to 19 digits.</param>
/// <param name="Expiry">Gives the expiry date, YYMM.</param>
/// <param name="ServiceCode">Gives three digits; null unless the value is a CVV.</param>
/// <param name="MonthFirst">True when a CVV2 is computed from MMYY, as the date is printed.</param>
public sealed record CardVerificationField(
    string Name, int Place, CardVerificationKind Kind, string Key, Template Pan, Template Expiry, Template? ServiceCode, bool MonthFirst)
    : PreparedField(Name, Place)
{
    /// <summary>What the label of a key pair's left half ends with.</summary>
    public const string LeftHalf = "-LEFT";

    /// <inheritdoc />
    public override IReadOnlyList<string> KeyLabels => [Key, Key + LeftHalf];

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Pan.Names.Concat(Expiry.Names).Concat(ServiceCode?.Names ?? []);

    /// <inheritdoc />
    public override PreparedFieldParameters Resolve(IReadOnlyDictionary<string, string> fields) => new CardVerificationParameters(
        Kind, Key, Rendering.Digits(Pan, Name, "'pan'", 8, 19, fields), Rendering.Digits(Expiry, Name, "'expiry'", 4, 4, fields),
        ServiceCode is null ? null : Rendering.Digits(ServiceCode, Name, "'serviceCode'", 3, 3, fields), MonthFirst);
}

/// <summary>For <see cref="CardVerificationField"/>.</summary>
/// <param name="Kind">Which value.</param>
/// <param name="Key">Label of the key pair.</param>
/// <param name="Pan">8 to 19 digits.</param>
/// <param name="Expiry">YYMM, four digits; perhaps no month.</param>
/// <param name="ServiceCode">Three digits; null unless the value is a CVV.</param>
/// <param name="MonthFirst">True when a CVV2 is computed from MMYY.</param>
public sealed record CardVerificationParameters(
    CardVerificationKind Kind, string Key, string Pan, string Expiry, string? ServiceCode, bool MonthFirst) : PreparedFieldParameters;

/// <summary>A PIN verification value (PVV): four digits.</summary>
/// <param name="Name">How templates refer to it.</param>
/// <param name="Place">How many computed fields stand above it.</param>
/// <param name="Key">Label of the PIN verification key pair, one 3DES key.</param>
/// <param name="KeyIndex">PVKI, 0 to 9; 1 to 6 in practice.</param>
/// <param name="Pan">Gives the primary account number, 13 to 19 digits.</param>
/// <param name="Block">Gives the enciphered PIN block: 16 hex digits, 32 in format 4.</param>
/// <param name="BlockKey">Label of the key that it is enciphered under.</param>
/// <param name="From">Its format.</param>
public sealed record PinVerificationField(
    string Name, int Place, string Key, int KeyIndex, Template Pan, Template Block, string BlockKey, PinFormat From)
    : PreparedField(Name, Place)
{
    /// <inheritdoc />
    public override IReadOnlyList<string> KeyLabels => [Key, BlockKey];

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Pan.Names.Concat(Block.Names);

    /// <inheritdoc />
    public override PreparedFieldParameters Resolve(IReadOnlyDictionary<string, string> fields) => new PinVerificationParameters(
        Key, KeyIndex, Rendering.Digits(Pan, Name, "'pan'", 13, 19, fields),
        Rendering.Hex(Block, Name, padsRightWithF: false, PinBlockPart.BlockLength(From), fields), BlockKey, From);
}

/// <summary>For <see cref="PinVerificationField"/>.</summary>
/// <param name="Key">Label of the PIN verification key pair.</param>
/// <param name="KeyIndex">PVKI.</param>
/// <param name="Pan">13 to 19 digits.</param>
/// <param name="Block">8 enciphered bytes, 16 in format 4.</param>
/// <param name="BlockKey">Label of the key that they are enciphered under.</param>
/// <param name="From">Their format.</param>
public sealed record PinVerificationParameters(
    string Key, int KeyIndex, string Pan, byte[] Block, string BlockKey, PinFormat From) : PreparedFieldParameters;

/// <summary>A card number: a prefix, the next number of a counter, filled with zeros on the left, and perhaps a check digit.</summary>
/// <param name="Name">How templates refer to it.</param>
/// <param name="Place">How many computed fields stand above it.</param>
/// <param name="Counter">Name of the counter; preparation is told its file by it. No two fields have the same.</param>
/// <param name="Prefix">Gives the digits that the number begins with, such as the issuer's identification; may be empty.</param>
/// <param name="Length">Digits of the whole number, prefix and check digit included.</param>
/// <param name="HasCheckDigit">True when it ends with a Luhn digit (ISO/IEC 7812-1 annex B).</param>
public sealed record CardNumberField(string Name, int Place, string Counter, Template Prefix, int Length, bool HasCheckDigit)
    : PreparedField(Name, Place)
{
    /// <summary>Digits that a card number may have.</summary>
    public const int MaxLength = 19;

    /// <inheritdoc />
    public override IReadOnlyList<string> KeyLabels => [];

    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Prefix.Names;

    /// <inheritdoc />
    public override PreparedFieldParameters Resolve(IReadOnlyDictionary<string, string> fields)
    {
        var prefix = Rendering.Digits(Prefix, Name, "'prefix'", 0, MaxLength, fields);
        var digits = Length - prefix.Length - (HasCheckDigit ? 1 : 0);
        return digits > 0
            ? new CardNumberParameters(Counter, prefix, digits, HasCheckDigit)
            : throw new RenderException(Name, $"'prefix' has {prefix.Length} digits: none of {Length} is left for the counter.");
    }
}

/// <summary>For <see cref="CardNumberField"/>.</summary>
/// <param name="Counter">Name of the counter.</param>
/// <param name="Prefix">Decimal digits, perhaps none.</param>
/// <param name="Digits">How many digits the counter's number gets, from 1.</param>
/// <param name="HasCheckDigit">True when a Luhn digit follows.</param>
public sealed record CardNumberParameters(string Counter, string Prefix, int Digits, bool HasCheckDigit) : PreparedFieldParameters;
