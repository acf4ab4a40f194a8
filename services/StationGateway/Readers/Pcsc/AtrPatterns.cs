using System.Text.RegularExpressions;
using PersoMesh.Hosting;

namespace PersoMesh.StationGateway.Readers.Pcsc;

/// <summary>
/// Which cards a station takes, by their answer to reset: hexadecimal digits, <c>?</c> for any digit, <c>*</c> for any number of them. No pattern at all
/// takes every card.
/// </summary>
sealed partial class AtrPatterns
{
    readonly Regex[] _patterns;

    /// <exception cref="MeshConfigurationException">Not a pattern.</exception>
    public AtrPatterns(string station, IEnumerable<string> patterns) => _patterns = [.. patterns.Select(pattern => Compile(station, pattern))];

    public bool Match(ReadOnlySpan<byte> atr)
    {
        var digits = Convert.ToHexString(atr);
        return _patterns.Length == 0 || _patterns.Any(pattern => pattern.IsMatch(digits));
    }

    static Regex Compile(string station, string pattern)
    {
        var digits = pattern.Replace(" ", "", StringComparison.Ordinal);
        return Form().IsMatch(digits)
            ? new Regex($"^{digits.Replace("?", ".", StringComparison.Ordinal).Replace("*", ".*", StringComparison.Ordinal)}$",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)
            : throw new MeshConfigurationException(
                $"Station '{station}': '{pattern}' is not a pattern of an ATR: write hexadecimal digits, ? for any digit and * for any number of them, such as 3B8F*.");
    }

    [GeneratedRegex("^[0-9A-Fa-f?*]+$", RegexOptions.None, 1000)]
    private static partial Regex Form();
}
