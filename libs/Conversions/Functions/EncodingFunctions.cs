using System.Globalization;
using System.Numerics;
using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>Bytes as text and back. Hexadecimal results are upper case; hexadecimal input may be either.</summary>
static class EncodingFunctions
{
    const int MaxDigits = 1024; // keeps the conversion of large numbers, which is quadratic, short

    static readonly Parameter<Charset> Set = new("charset", "iso-8859-1 to -9, -13, -15, ascii or utf-8", "iso-8859-1", Charset.Parse);
    static readonly Parameter<string> Pad = Choice(
        "pad", "left-0 (EMV format n) or right-f (EMV format cn)", "left-0", "left-0", "right-f");

    static readonly Parameter<int?> Bytes = OptionalWhole("length", "length in bytes; as short as possible when empty", 1, MaxDigits);
    static readonly Parameter<int?> Digits = OptionalWhole(
        "digits", "number of digits; with left-0 it must be given unless the padding shall stay", 1, MaxDigits);

    static readonly Parameter<int?> Width = OptionalWhole(
        "width", "number of digits, filled with zeros on the left; as few as possible when empty", 1, MaxDigits);

    public static ConversionFunction[] All =>
    [
        new("bcd", "Writes digits as hexadecimal bytes of two digits each, padded to whole bytes.", [Pad, Bytes],
            [
                Example("123", "0123"),
                Example("123", "123F", ("pad", "right-f")),
                Example("840", "0840", ("length", "2")),
                Example("12A", null),
                Example("12345", null, ("length", "2")),
            ],
            ToBcd),
        new("from-bcd", "Reads digits from hexadecimal bytes of two digits each and takes off the padding.", [Pad, Digits],
            [
                Example("123F", "123", ("pad", "right-f")),
                Example("0840", "840", ("digits", "3")),
                Example("1840", null, ("digits", "3")),
                Example("12F3", null, ("pad", "right-f")),
            ],
            FromBcd),
        new("hex", "Encodes text in a character set and writes the bytes in hexadecimal.", [Set],
            [Example("DOE/É", "444F452FC9"), Example("É", "C389", ("charset", "utf-8")), Example("Ł", null)],
            (value, a) => a.Get(Set).Encode(value, out var bytes) is { } fault ? throw a.Refuse(fault) : Convert.ToHexString(bytes)),
        new("from-hex", "Decodes hexadecimal bytes to text in a character set.", [Set],
            [Example("444f452FC9", "DOE/É"), Example("A5", null, ("charset", "iso-8859-3")), Example("4", null)],
            (value, a) => a.Get(Set).Decode(ReadHex(value, a), out var text) is { } fault ? throw a.Refuse(fault) : text),
        new("hex-to-base64", "Writes hexadecimal bytes in Base64 (RFC 4648 §4).", [],
            [Example("666F6F62", "Zm9vYg=="), Example("666", null)],
            (value, a) => Convert.ToBase64String(ReadHex(value, a))),
        new("base64-to-hex", "Writes Base64 (RFC 4648 §4) in hexadecimal.", [],
            [Example("Zm9vYg==", "666F6F62"), Example("Zm9vYg=", null), Example("Zm9vYh==", null)], FromBase64),
        new("decimal-to-hex", "Writes a decimal number in hexadecimal, big-endian.", [Bytes],
            [
                Example("255", "FF"),
                Example("255", "000000FF", ("length", "4")),
                Example("65536", null, ("length", "2")),
                Example("-1", null),
            ],
            ToHex),
        new("hex-to-decimal", "Writes a hexadecimal number, big-endian, in decimal.", [Width],
            [Example("FF", "255"), Example("00FF", "00255", ("width", "5")), Example("FFFF", null, ("width", "4")), Example("0x10", null)],
            ToDecimal),
    ];

    static string ToBcd(string value, Arguments a)
    {
        RequireDigits(value, a);
        var length = a.Get(Bytes) * 2 ?? value.Length + (value.Length % 2);
        if (value.Length > length)
            throw a.Refuse($"{value.Length} digits do not fit {length / 2} bytes");
        return a.Get(Pad) == "left-0" ? value.PadLeft(length, '0') : value.PadRight(length, 'F');
    }

    static string FromBcd(string value, Arguments a)
    {
        if (CharacterClass.FaultOfHex(value) is { } fault)
            throw a.Refuse(fault);
        var rightPadded = a.Get(Pad) == "right-f";
        var digits = rightPadded ? value.TrimEnd('F', 'f') : value;
        RequireDigits(digits, a);
        if (a.Get(Digits) is not { } count || count == digits.Length)
            return digits;
        var surplus = digits.Length - count;
        return !rightPadded && surplus > 0 && !digits.AsSpan(0, surplus).ContainsAnyExcept('0')
            ? digits[surplus..] : throw a.Refuse($"{digits.Length} digits without the padding, not {count}");
    }

    static string FromBase64(string value, Arguments a)
    {
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(value, bytes, out var length))
            throw a.Refuse($"the {value.Length} characters are not Base64");

        // .NET overlooks white space and stray bits after the last byte.
        return Convert.ToBase64String(bytes.AsSpan(0, length)) == value
            ? Convert.ToHexString(bytes.AsSpan(0, length)) : throw a.Refuse($"the {value.Length} characters are not canonical Base64");
    }

    static string ToHex(string value, Arguments a)
    {
        RequireDigits(value, a);
        if (value.Length > MaxDigits)
            throw a.Refuse($"{value.Length} digits, at most {MaxDigits} are allowed");
        var number = BigInteger.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        var length = a.Get(Bytes) ?? bytes.Length;
        return bytes.Length <= length
            ? Convert.ToHexString(bytes).PadLeft(length * 2, '0') : throw a.Refuse($"the number takes {bytes.Length} bytes, not {length}");
    }

    static string ToDecimal(string value, Arguments a)
    {
        var bytes = ReadHex(value, a);
        if (bytes.Length is 0 or > MaxDigits)
            throw a.Refuse($"{bytes.Length} bytes, 1 to {MaxDigits} are allowed");
        var digits = new BigInteger(bytes, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);
        var width = a.Get(Width) ?? digits.Length;
        return digits.Length <= width
            ? digits.PadLeft(width, '0') : throw a.Refuse($"the number takes {digits.Length} digits, not {width}");
    }

    static void RequireDigits(string value, Arguments a)
    {
        if (CharacterClass.FaultOfDigits(value) is { } fault)
            throw a.Refuse(fault);
    }

    static byte[] ReadHex(string value, Arguments a) =>
        CharacterClass.FaultOfHex(value) is { } fault ? throw a.Refuse(fault) : Convert.FromHexString(value);
}
