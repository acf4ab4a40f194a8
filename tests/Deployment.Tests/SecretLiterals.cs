using System.Text.RegularExpressions;

namespace PersoMesh.Deployment.Tests;

/// <summary>Looks for values that may be secrets.</summary>
static partial class SecretLiterals
{
    /// <summary>What looks like a key or a random password: 32 hexadecimal digits, or 24 mixed letters and digits.</summary>
    public static IEnumerable<string> In(string text) =>
        Long().Matches(text).Select(match => match.Value).Where(word => Hexadecimal().IsMatch(word) || LooksRandom(word));

    /// <summary>True when an entry of this name may only have a file, a reference or nothing as value.</summary>
    public static bool IsNameOfSecret(string name) => SecretName().IsMatch(name);

    static bool LooksRandom(string word) =>
        word.Any(char.IsAsciiLetterLower) && word.Any(char.IsAsciiLetterUpper) && word.Any(char.IsAsciiDigit);

    // No '/': a long path is no secret. Base64 has one in 64 characters, and a key still leaves a long enough piece.
    [GeneratedRegex("[A-Za-z0-9+]{24,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Long();

    [GeneratedRegex("[0-9A-Fa-f]{32,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(
        "(passw(or)?d|passphrase|secret|credential|pin|pass|key)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex SecretName();
}
