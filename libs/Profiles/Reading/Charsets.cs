using System.Text;

namespace PersoMesh.Profiles.Reading;

/// <summary>The character sets a profile may name. All throw on what they lack: a card never gets a question mark for a letter.</summary>
static class Charsets
{
    // The parts of ISO/IEC 8859 that .NET knows.
    static readonly string[] Names = ["utf-8", .. new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15 }.Select(part => $"iso-8859-{part}")];

    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Encoding Latin1 { get; } = Strict("iso-8859-1");

    public static Encoding Read(Node node, string subject, FaultList faults)
    {
        if (Scalars.Text(node, subject, faults) is not { Text: var name })
            return Utf8;
        if (name == "utf-8")
            return Utf8;
        if (Names.Contains(name, StringComparer.Ordinal))
            return Strict(name);
        faults.Add(node, $"{subject} is '{name}'", "choose from utf-8, iso-8859-1 to iso-8859-9, iso-8859-13, iso-8859-15");
        return Utf8;
    }

    static Encoding Strict(string name)
    {
        // Latin-1 comes with the runtime, the others with the code pages provider.
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        var strict = (Encoding)encoding.Clone();
        strict.EncoderFallback = EncoderFallback.ExceptionFallback;
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }
}
