using System.Text;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A debit card's holder as the issuer's file has her, and what her card must therefore say (EMV Book 3, ISO/IEC 7813).</summary>
sealed class DebitHolder(IReadOnlyDictionary<string, string> fields)
{
    const string ApplicationAid = "F0504552534F4D010101";

    static readonly string[] IssuerKeys = ["IMK-AC", "IMK-SMI", "IMK-SMC"];

    public static string Aid => ApplicationAid;

    public string Id => fields["cardId"];

    public string Pan => fields["pan"];

    public string Sequence => fields["sequence"];

    public string EncipheredPin => fields["pinBlock"];

    /// <summary>The PIN that the block holds.</summary>
    public string Pin => CardMathematics.Pin(DemoKeys.Get("ZPK"), EncipheredPin, Pan);

    /// <summary>Her card's keys, in the order of data grouping 8000.</summary>
    public IReadOnlyList<byte[]> MasterKeys =>
        [.. IssuerKeys.Select(label => CardMathematics.MasterKeyOptionA(DemoKeys.Get(label), Pan, Sequence))];

    public string FirstName => fields["firstName"];

    public string LastName => fields["lastName"];

    /// <summary>As printed and embossed: MM/yy.</summary>
    public string Expiry => fields["expiry"];

    /// <summary>Tag 5F24: the last day of the month, yyMMdd.</summary>
    public string LastDay => YearMonth + DateTime.DaysInMonth(2000 + int.Parse(Expiry[3..]), int.Parse(Expiry[..2]));

    /// <summary>Tag 57, hexadecimal.</summary>
    public string Track2Equivalent
    {
        get
        {
            var digits = $"{Pan}D{YearMonth}{ServiceCode}{Discretionary}";
            return digits.Length % 2 == 0 ? digits : digits + "F";
        }
    }

    /// <summary>Tag 5F20, hexadecimal.</summary>
    public string ChipName => Convert.ToHexString(Encoding.Latin1.GetBytes($"{LastName}/{FirstName}".ToUpperInvariant()));

    /// <summary>Tag 5A, hexadecimal.</summary>
    public string PanDigits => Pan.Length % 2 == 0 ? Pan : Pan + "F";

    public string ServiceCode => fields["serviceCode"];

    public string Discretionary => fields["discretionary"];

    public string Track1 => $"%B{Pan}^{TrackName}^{YearMonth}{ServiceCode}{Discretionary}?";

    public string Track2 => $";{Pan}={YearMonth}{ServiceCode}{Discretionary}?";

    public IReadOnlyList<string> EmbossedLines =>
        [string.Join(' ', Pan.Chunk(4).Select(group => new string(group))), Expiry, Spelling.Ascii($"{FirstName} {LastName}")];

    // Track 1 has no apostrophe.
    string TrackName => Spelling.Ascii($"{LastName}/{FirstName}").Replace("'", "", StringComparison.Ordinal);

    string YearMonth => Expiry[3..] + Expiry[..2];

    public static IReadOnlyList<DebitHolder> ReadAll(string file) =>
        [.. IssuerFile.Read(file, ',', Encoding.UTF8).Select(fields => new DebitHolder(fields))];
}
