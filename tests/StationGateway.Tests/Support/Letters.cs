using System.Text;
using System.Text.RegularExpressions;
using PersoMesh.Pcsc.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>The spool of PIN mailers as the mail printer opens it: with OpenSSL and its key.</summary>
static partial class Letters
{
    static readonly Dictionary<string, string?> NoVariables = [];

    /// <summary>Lines of each letter, by name of its file.</summary>
    /// <param name="spool">Folder with the encrypted letters.</param>
    /// <param name="printer">Folder with the printer's certificate and key.</param>
    public static async Task<IReadOnlyDictionary<string, string[]>> OpenAsync(string spool, string printer)
    {
        Dictionary<string, string[]> letters = [];
        foreach (var file in Directory.EnumerateFiles(spool))
        {
            var text = await OtherProgram.RunAsync("openssl", NoVariables, "sh", "-c",
                $"openssl cms -decrypt -inform DER -in {file} -recip {printer}/printer.pem -inkey {printer}/printer.key | base64 -w0");
            var pdf = Encoding.Latin1.GetString(Convert.FromBase64String(text));
            Assert.StartsWith("%PDF-", pdf, StringComparison.Ordinal);
            letters[Path.GetFileName(file)] = [.. ShownText().Matches(pdf).Select(match => match.Groups["text"].Value.Replace(@"\", "", StringComparison.Ordinal))];
        }

        return letters;
    }

    /// <summary>What stands beside PIN and PUK in a letter.</summary>
    public static (string Pin, string Puk) Secrets(string[] lines) => (lines[Array.IndexOf(lines, "PIN") + 1], lines[Array.IndexOf(lines, "PUK") + 1]);

    [GeneratedRegex(@"\((?<text>(\\.|[^\\)])*)\) Tj", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShownText();
}
