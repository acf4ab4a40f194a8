using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace PersoMesh.Ingest.Formats;

/// <summary>
/// Decodes strictly: bytes that mean nothing in the declared encoding are refused, not replaced. In all the encodings
/// offered here a byte below 80h is ASCII, so quotes, separators and line ends can be looked for before decoding.
/// </summary>
sealed class InputEncoding
{
    const char Undefined = '\uFFFF';

    // Not in .NET; from the Unicode Consortium's MAPPINGS/ISO8859/8859-10.TXT and 8859-14.TXT, A0h to FFh.
    const string Nordic =
        "\u00A0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00ADŪŊ°ąēģīĩķ·ļđšŧž―ūŋĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ";

    const string Celtic =
        "\u00A0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00AD®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ";

    readonly string? _upperHalf;

    InputEncoding(string? upperHalf) => _upperHalf = upperHalf;

    public bool IsUtf8 => _upperHalf is null;

    /// <summary>Why the last text could not be decoded: the same for every text in this encoding.</summary>
    public string Refusal => IsUtf8
        ? "not valid UTF-8"
        : "a byte without meaning in the declared encoding (80h to 9Fh are control codes there: is the file in a Windows code page?)";

    public static InputEncoding Get(string name) =>
        TryGet(name, out var encoding) ? encoding : throw new ArgumentException("Unknown encoding.", nameof(name));

    public static bool TryGet(string name, [NotNullWhen(true)] out InputEncoding? encoding)
    {
        encoding = null;
        if (string.Equals(name, "utf-8", StringComparison.OrdinalIgnoreCase))
            encoding = new(upperHalf: null);
        else if (name.StartsWith("iso-8859-", StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(9), out var part)
            && part is >= 1 and <= 15 and not 12)
            encoding = new(new string(Undefined, 32) + UpperHalfOf(part));
        return encoding is not null;
    }

    /// <summary>Decodes a text.</summary>
    /// <returns>False when a byte or sequence of bytes means nothing in this encoding.</returns>
    public bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (_upperHalf is null)
        {
            if (Utf8.IsValid(bytes))
                text = Encoding.UTF8.GetString(bytes);
        }
        else
        {
            var characters = new char[bytes.Length];
            for (var i = 0; i < characters.Length; i++)
                characters[i] = bytes[i] < 0x80 ? (char)bytes[i] : _upperHalf[bytes[i] - 0x80];
            text = new string(characters);
            if (text.Contains(Undefined))
                text = null;
        }

        return text is not null;
    }

    static string UpperHalfOf(int part)
    {
        if (part is 10 or 14)
            return part == 10 ? Nordic : Celtic;
        var name = $"iso-8859-{part}";
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        var characters = encoding.GetString([.. Enumerable.Range(0xA0, 0x60).Select(i => (byte)i)]).ToCharArray();
        // .NET shows bytes that the standard leaves undefined as characters of the private use area.
        for (var i = 0; i < characters.Length; i++)
        {
            if (characters[i] is >= '\uE000' and <= '\uF8FF')
                characters[i] = Undefined;
        }

        return new string(characters);
    }
}
