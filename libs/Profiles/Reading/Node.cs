using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.Profiles.Reading;

/// <summary>A part of a YAML document that knows its place; lines and columns count from 1.</summary>
abstract record Node(int Line, int Column);

/// <summary>Text. YAML's notions of numbers, dates and truth values play no part: what a text means is said by its key.</summary>
sealed record ScalarNode(string Text, bool IsQuoted, int Line, int Column) : Node(Line, Column)
{
    /// <summary>Nothing after the colon, or YAML's way to say so.</summary>
    public bool IsEmpty => !IsQuoted && Text is "" or "~" or "null";
}

sealed record MappingNode(IReadOnlyList<Entry> Entries, int Line, int Column) : Node(Line, Column)
{
    public bool TryGet(string key, [NotNullWhen(true)] out Node? value)
    {
        value = Entries.FirstOrDefault(e => e.Key.Text == key)?.Value;
        return value is not null;
    }

    /// <summary>True for <c>{name}</c> without quotes, which YAML takes for a mapping.</summary>
    public bool LooksLikeTemplate => Entries is [{ Value: ScalarNode { Text: "", IsQuoted: false } }];
}

sealed record SequenceNode(IReadOnlyList<Node> Items, int Line, int Column) : Node(Line, Column);

sealed record Entry(ScalarNode Key, Node Value);
