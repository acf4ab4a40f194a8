using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.Translator.Tests;

/// <summary>Has every field, with its name as its value.</summary>
sealed class AnyField : IReadOnlyDictionary<string, string>
{
    public string this[string key] => key;

    public IEnumerable<string> Keys => [];

    public IEnumerable<string> Values => [];

    public int Count => 0;

    public bool ContainsKey(string key) => true;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        value = key;
        return true;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Enumerable.Empty<KeyValuePair<string, string>>().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
