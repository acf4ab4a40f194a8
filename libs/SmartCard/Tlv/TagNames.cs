using System.Collections.Frozen;

namespace PersoMesh.SmartCard.Tlv;

/// <summary>What a tag is called, and by which standard: ISO (7816-4 and -6), EMV or GP (GlobalPlatform).</summary>
/// <param name="Name">The name in English.</param>
/// <param name="Source">ISO, EMV or GP.</param>
public readonly record struct TagName(string Name, string Source);

/// <summary>
/// Names of well-known tags, for people who read dumps. The table is the file <c>tags.tsv</c>; nothing is decided by it, for the meaning
/// of a tag depends on who speaks.
/// </summary>
public static class TagNames
{
    static readonly FrozenDictionary<(BerTag Tag, BerTag Parent), TagName> Table = Load();

    /// <summary>The name of a tag; the meaning that it has inside its parent goes before the general one.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="parent">Tag of the data object around it, or null when there is none or it is not known.</param>
    /// <returns>Null when the table does not have it.</returns>
    public static TagName? Find(BerTag tag, BerTag? parent = null) =>
        (parent is { } inside && Table.TryGetValue((tag, inside), out var name)) || Table.TryGetValue((tag, default), out name)
            ? name
            : null;

    static FrozenDictionary<(BerTag Tag, BerTag Parent), TagName> Load()
    {
        using var reader = new StreamReader(typeof(TagNames).Assembly.GetManifestResourceStream("tags.tsv")!);
        Dictionary<(BerTag, BerTag), TagName> table = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Split('\t') is not [var tag, var parents, var source, var name])
                continue;
            foreach (var parent in parents.Split(','))
                table.Add((Tag(tag), parent == "-" ? default : Tag(parent)), new(name, source));
        }

        return table.ToFrozenDictionary();

        static BerTag Tag(string hex) =>
            BerTag.TryParse(hex, out var tag) ? tag : throw new InvalidDataException($"tags.tsv: '{hex}' is no tag.");
    }
}
