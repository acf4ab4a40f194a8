using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Emv;

/// <summary>One entry of a data object list: a data element that the card asks the terminal for.</summary>
/// <param name="Tag">The data element.</param>
/// <param name="Length">The length in bytes that the card wants it in, 0 to 252.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DataObjectListEntry(BerTag Tag, byte Length);

/// <summary>A data object list (DOL): PDOL, CDOL1, CDOL2, DDOL or TDOL (EMV 4.3 Book 3 §5.4). Immutable.</summary>
public sealed class DataObjectList
{
    const string Structure = "DOL";

    /// <summary>Creates a list.</summary>
    /// <param name="entries">The entries in order.</param>
    public DataObjectList(IReadOnlyList<DataObjectListEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Entries = [.. entries];
    }

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<DataObjectListEntry> Entries { get; }

    /// <summary>Length in bytes of the values that the list asks for.</summary>
    public int DataLength => Entries.Sum(e => e.Length);

    /// <summary>Parses tags and lengths.</summary>
    /// <param name="value">The value of a DOL tag.</param>
    /// <param name="list">The list.</param>
    /// <returns>False when the value is malformed.</returns>
    public static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out DataObjectList? list) => Read(value, out list) is null;

    /// <summary>Parses tags and lengths.</summary>
    /// <param name="value">The value of a DOL tag.</param>
    /// <exception cref="CardDataException">The value is malformed.</exception>
    public static DataObjectList Parse(ReadOnlySpan<byte> value) =>
        Read(value, out var list) is { } error ? throw error.ToException() : list!;

    /// <summary>Whether the list asks for a data element in a certain length.</summary>
    /// <param name="tag">The data element.</param>
    /// <param name="length">The length in bytes.</param>
    public bool AsksFor(BerTag tag, int length) => Entries.Any(e => e.Tag == tag && e.Length == length);

    /// <summary>The value of a DOL tag.</summary>
    public byte[] ToArray()
    {
        var value = new byte[Entries.Sum(e => e.Tag.Length + 1)];
        var at = 0;
        foreach (var entry in Entries)
        {
            at += entry.Tag.Write(value.AsSpan(at));
            value[at++] = entry.Length;
        }

        return value;
    }

    static CardDataError? Read(ReadOnlySpan<byte> value, out DataObjectList? list)
    {
        list = null;
        List<DataObjectListEntry> entries = [];
        for (var at = 0; at < value.Length;)
        {
            if (!BerTag.TryRead(value[at..], out var tag))
                return new(Structure, at, "not a tag of one to four bytes, or cut off within one");
            if (at + tag.Length == value.Length)
                return new(Structure, at + tag.Length, "cut off before the length");
            entries.Add(new(tag, value[at + tag.Length]));
            at += tag.Length + 1;
        }

        list = new DataObjectList(entries);
        return null;
    }
}
