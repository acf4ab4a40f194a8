using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.Conversions;

/// <summary>All support functions. The Support service runs them; others read their signatures.</summary>
public static class FunctionCatalog
{
    /// <summary>The functions by name, in the order in which they are best shown.</summary>
    public static IReadOnlyDictionary<string, ConversionFunction> All { get; } = new OrderedDictionary<string, ConversionFunction>(
        new[]
        {
            TextFunctions.All, PatternFunctions.All, DigitFunctions.All, PhoneFunction.All, DateFunctions.All, NameFunctions.All,
            TrackFunctions.All, EncodingFunctions.All, CodeFunctions.All,
        }.SelectMany(theme => theme).Select(f => KeyValuePair.Create(f.Name, f)),
        StringComparer.Ordinal);

    /// <summary>The function of this name.</summary>
    /// <param name="name">Kebab-case, as in a profile.</param>
    /// <exception cref="UnknownFunctionException">There is none; the message names the nearest.</exception>
    public static ConversionFunction Find(string name) =>
        All.TryGetValue(name, out var function) ? function : throw new UnknownFunctionException(name);

    /// <summary>The function of this name, or the name that was probably meant.</summary>
    /// <param name="name">Kebab-case, as in a profile.</param>
    /// <param name="function">The function, when there is one.</param>
    /// <param name="didYouMean">The nearest name when there is no such function; null when none is near.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out ConversionFunction? function, out string? didYouMean)
    {
        var found = All.TryGetValue(name, out function);
        didYouMean = found ? null : NearestName.Of(name, All.Keys);
        return found;
    }
}

/// <summary>A profile names a function that does not exist.</summary>
/// <param name="name">The name.</param>
public sealed class UnknownFunctionException(string name) : Exception(Describe(name))
{
    /// <summary>The name that was asked for.</summary>
    public string Name { get; } = name;

    internal static string Describe(string name) => $"there is no function '{name}'{NearestName.Hint(name, FunctionCatalog.All.Keys)}";
}
