using System.Globalization;

namespace PersoMesh.Profiles.Reading;

/// <summary>
/// A mapping whose keys are known beforehand; any other key is a fault. After a fault the methods return a placeholder:
/// reading goes on to find the other faults, and the profile is thrown away at the end.
/// </summary>
sealed class Section
{
    readonly Dictionary<string, Node> _values = new(StringComparer.Ordinal);
    readonly Node _node;
    readonly string _subject;
    readonly FaultList _faults;
    readonly bool _isMapping;

    /// <param name="node">The mapping; anything else is a fault.</param>
    /// <param name="subject">What it is called in a fault: "the profile", "'channel'".</param>
    /// <param name="faults">Where faults go.</param>
    /// <param name="keys">The keys it may have.</param>
    public Section(Node node, string subject, FaultList faults, params IReadOnlyList<string> keys)
    {
        (_node, _subject, _faults) = (node, subject, faults);
        _isMapping = node is MappingNode;
        if (node is not MappingNode mapping)
        {
            faults.Add(node, $"{subject} is not a mapping", keys.Count == 0 ? "write {}" : $"give it the keys {string.Join(", ", keys)}");
            return;
        }

        foreach (var (key, value) in mapping.Entries)
        {
            if (keys.Contains(key.Text, StringComparer.Ordinal))
                _values.Add(key.Text, value);
            else
            {
                faults.Add(key, $"unknown key '{key.Text}' in {subject}",
                    Nearest.Advice(key.Text, keys, keys.Count == 0 ? "it has no keys" : "the keys are"));
            }
        }
    }

    public Node At(string key) => _values.GetValueOrDefault(key, _node);

    public Node? Optional(string key) => _values.GetValueOrDefault(key);

    public Node? Required(string key)
    {
        if (!_values.TryGetValue(key, out var value) && _isMapping)
            _faults.Add(_node, $"key '{key}' is missing in {_subject}", "add it");
        return value;
    }

    public string Text(string key) => Required(key) is { } node ? ScalarOf(node, key) : "";

    public string? OptionalText(string key) => Optional(key) is { } node ? ScalarOf(node, key) : null;

    /// <summary>Text that may be empty when it is quoted.</summary>
    string ScalarOf(Node node, string key) => Scalars.Text(node, $"'{key}'", _faults)?.Text ?? "";

    /// <summary>A whole number; 0 after a fault.</summary>
    public int Integer(string key, int min, int max, int? otherwise = null)
    {
        if ((otherwise is null ? Required(key) : Optional(key)) is not { } node)
            return otherwise ?? 0;
        if (Scalars.Text(node, $"'{key}'", _faults) is not { } scalar)
            return 0;
        if (int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        _faults.Add(node, $"'{key}' is '{scalar.Text}'", $"write a whole number from {min} to {max}");
        return 0;
    }

    /// <summary>A length or position in millimetres, at most two decimals.</summary>
    public decimal Millimetres(string key, decimal min, decimal max)
    {
        if (Required(key) is not { } node || Scalars.Text(node, $"'{key}'", _faults) is not { } scalar)
            return min;
        if (decimal.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max && decimal.Round(value, 2) == value)
            return value;
        _faults.Add(node, $"'{key}' is '{scalar.Text}'",
            string.Create(CultureInfo.InvariantCulture, $"write millimetres from {min} to {max}, with a point and at most two decimals"));
        return min;
    }

    public bool Flag(string key)
    {
        if (Optional(key) is not { } node || Scalars.Text(node, $"'{key}'", _faults) is not { } scalar)
            return false;
        if (scalar.Text is not ("true" or "false"))
            _faults.Add(node, $"'{key}' is '{scalar.Text}'", "write true or false");
        return scalar.Text == "true";
    }

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string key, IReadOnlyDictionary<string, T> choices, T? otherwise = null) where T : struct
    {
        if ((otherwise is null ? Required(key) : Optional(key)) is not { } node)
            return otherwise ?? default;
        if (Scalars.Text(node, $"'{key}'", _faults) is not { } scalar)
            return default;
        if (choices.TryGetValue(scalar.Text, out var choice))
            return choice;
        _faults.Add(node, $"'{key}' is '{scalar.Text}'", $"choose from {string.Join(", ", choices.Keys)}");
        return default;
    }

    /// <summary>One of a few words that stand for themselves; the first when there is none.</summary>
    public string Word(string key, params string[] words)
    {
        if (Optional(key) is not { } node || Scalars.Text(node, $"'{key}'", _faults) is not { Text: var text })
            return words[0];
        if (!words.Contains(text, StringComparer.Ordinal))
            _faults.Add(node, $"'{key}' is '{text}'", $"choose from {string.Join(", ", words)}");
        return text;
    }

    /// <summary>Bytes written as hex digits; none after a fault.</summary>
    public byte[] Hex(string key, int min, int max) =>
        Required(key) is { } node ? Scalars.Hex(node, $"'{key}'", min, max, _faults) : [];

    public IReadOnlyList<Node> List(string key) => Required(key) is { } node ? ListOf(node, key) : [];

    public IReadOnlyList<Node> OptionalList(string key) => Optional(key) is { } node ? ListOf(node, key) : [];

    IReadOnlyList<Node> ListOf(Node node, string key)
    {
        if (node is SequenceNode { Items: { Count: > 0 } items })
            return items;
        _faults.Add(node, $"'{key}' is not a list", "write its items between [ and ], or each on a line of its own after '- '");
        return [];
    }
}
