using System.Text;
using System.Text.Json.Serialization;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.DataGrouping;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Perso.Card;

/// <summary>A data object, or a data grouping, for people to read.</summary>
/// <param name="Tag">Tag or data grouping identifier.</param>
/// <param name="Name">What it is called; null when it is not known.</param>
/// <param name="Source">Which standard calls it so.</param>
/// <param name="Offset">Where it begins, in bytes from the start.</param>
/// <param name="Length">Length of the value in bytes.</param>
/// <param name="Value">The value, hexadecimal; null when it is made of data objects.</param>
/// <param name="Text">The value as text, when it is nothing but printable ASCII.</param>
/// <param name="Objects">The data objects inside.</param>
sealed record TlvView(
    string Tag, string? Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Source, int Offset, int Length,
    string? Value, string? Text, IReadOnlyList<TlvView>? Objects);

/// <summary>What could be read up to the first fault, and the fault.</summary>
sealed record TlvDump(IReadOnlyList<TlvView> Objects, CardDataError? Error)
{
    const int LongEnoughForText = 2;

    public static TlvDump Read(ReadOnlySpan<byte> data, TlvPadding padding)
    {
        var (objects, error) = Read(new TlvReader(data, padding), parent: null);
        return new(objects, error);
    }

    public static TlvDump ReadGroupings(ReadOnlySpan<byte> data, TlvPadding padding)
    {
        List<TlvView> views = [];
        var reader = new DgiReader(data);
        while (reader.TryRead(out var grouping))
        {
            // Which groupings hold BER-TLV is the application's affair: those that look so are shown so.
            var inside = grouping.Value.IsEmpty || new TlvReader(grouping.Value, padding).Check() is not null
                ? null
                : Shift(Read(grouping.Value, padding).Objects, grouping.Offset + grouping.Encoded.Length - grouping.Value.Length);
            views.Add(new(
                $"{grouping.Id:X4}", NameOf(grouping.Id), null, grouping.Offset, grouping.Value.Length,
                inside is null ? Convert.ToHexString(grouping.Value) : null, null, inside));
        }

        return new(views, reader.Error);
    }

    /// <summary>The identifiers that mean the same in every application (EMV CPS); the others are the application's own.</summary>
    public static string? NameOf(ushort dgi) => (dgi >> 8) switch
    {
        >= 0x01 and <= 0x1E and var sfi => $"record {dgi & 0xFF} of SFI {sfi}",
        >= 0x80 and < 0x90 => "secret",
        _ => null,
    };

    static List<TlvView> Shift(IReadOnlyList<TlvView> views, int by) =>
        [.. views.Select(view => view with { Offset = view.Offset + by, Objects = view.Objects is { } inside ? Shift(inside, by) : null })];

    static (List<TlvView> Objects, CardDataError? Error) Read(TlvReader reader, BerTag? parent)
    {
        List<TlvView> views = [];
        while (reader.TryRead(out var element))
        {
            var name = TagNames.Find(element.Tag, parent);
            var (inside, error) = element.Tag.IsConstructed ? Read(element.OpenValue(), element.Tag) : (null, null);
            views.Add(new(
                element.Tag.ToString(), name?.Name, name?.Source, element.Offset, element.Value.Length,
                inside is null ? Convert.ToHexString(element.Value) : null, inside is null ? TextOf(element.Value) : null, inside));
            if (error is not null)
                return (views, error);
        }

        return (views, reader.Error);
    }

    static string? TextOf(ReadOnlySpan<byte> value) =>
        value.Length >= LongEnoughForText && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Encoding.ASCII.GetString(value) : null;
}
