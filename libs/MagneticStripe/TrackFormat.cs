namespace PersoMesh.MagneticStripe;

/// <summary>
/// What ISO/IEC 7811-2 and -6 fix for one of the three tracks: code, framing characters, capacity and recording density.
/// </summary>
public sealed class TrackFormat
{
    /// <summary>Last character before the LRC, the same on all tracks.</summary>
    public const char EndSentinel = '?';

    const string Digits = "0123456789";
    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>Track 1 ("IATA"): 6 data bits and parity per character, at most 79 characters, 210 bits per inch.</summary>
    public static TrackFormat Track1 { get; } = new(1, dataBits: 6, codeOffset: 0x20, '%', '^', maxCharacters: 79, bitsPerInch: 210,
        // The other codes of the table are for hardware control (! " & ' * + , : ; < = > @ _) or reserved for national
        // characters and not for interchange (# [ \ ]); % and ? frame the track.
        dataCharacters: " $()-./^" + Digits + Letters);

    /// <summary>Track 2 ("ABA"): 4 data bits and parity per character, at most 40 characters, 75 bits per inch.</summary>
    public static TrackFormat Track2 { get; } = new(2, dataBits: 4, codeOffset: 0x30, ';', '=', maxCharacters: 40, bitsPerInch: 75,
        dataCharacters: "=" + Digits);

    /// <summary>Track 3 ("thrift", ISO/IEC 4909): the code of track 2, at most 107 characters, 210 bits per inch.</summary>
    public static TrackFormat Track3 { get; } = new(3, dataBits: 4, codeOffset: 0x30, ';', '=', maxCharacters: 107, bitsPerInch: 210,
        dataCharacters: "=" + Digits);

    TrackFormat(int number, int dataBits, int codeOffset, char startSentinel, char fieldSeparator, int maxCharacters, int bitsPerInch,
        string dataCharacters)
    {
        Number = number;
        DataBits = dataBits;
        CodeOffset = codeOffset;
        StartSentinel = startSentinel;
        FieldSeparator = fieldSeparator;
        MaxCharacters = maxCharacters;
        BitsPerInch = bitsPerInch;
        DataCharacters = dataCharacters;
    }

    /// <summary>1, 2 or 3, counted from the edge of the card.</summary>
    public int Number { get; }

    /// <summary>Bits of a character code without its parity bit.</summary>
    public int DataBits { get; }

    /// <summary>What is taken from a character's ASCII value to get its code: 20h on track 1, 30h on tracks 2 and 3.</summary>
    public int CodeOffset { get; }

    /// <summary>First character on the track.</summary>
    public char StartSentinel { get; }

    /// <summary>Separates the fields of ISO/IEC 7813.</summary>
    public char FieldSeparator { get; }

    /// <summary>Capacity in characters, with both sentinels and the LRC.</summary>
    public int MaxCharacters { get; }

    /// <summary>Recording density.</summary>
    public int BitsPerInch { get; }

    /// <summary>The characters that may stand between the sentinels in international interchange.</summary>
    public string DataCharacters { get; }

    /// <summary>The format of a track.</summary>
    /// <param name="number">1, 2 or 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">A card has no such track.</exception>
    public static TrackFormat Of(int number) => number switch
    {
        1 => Track1,
        2 => Track2,
        3 => Track3,
        _ => throw new ArgumentOutOfRangeException(nameof(number), number, "A magnetic stripe has the tracks 1, 2 and 3."),
    };

    /// <summary>The track's number.</summary>
    public override string ToString() => $"track {Number}";
}
