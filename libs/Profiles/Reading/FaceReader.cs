using System.Globalization;
using PersoMesh.Conversions;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>magneticStripe:</c>, <c>embossing:</c> and <c>printing:</c>.</summary>
sealed class FaceReader(CardInput input, NameScope names, Templates templates, FaultList faults)
{
    // ISO/IEC 7810, card ID-1.
    const decimal CardWidth = 85.60m;
    const decimal CardHeight = 53.98m;
    const decimal MinSize = 0.8m;
    const decimal MaxSize = 20m;

    static readonly Dictionary<string, Coercivity> Coercivities = new(StringComparer.Ordinal)
    {
        ["high"] = Coercivity.High,
        ["low"] = Coercivity.Low,
    };

    static readonly Dictionary<string, EmbossingFont> Fonts = new(StringComparer.Ordinal)
    {
        ["farrington-7b"] = EmbossingFont.Farrington7B,
        ["ocr-b"] = EmbossingFont.OcrB,
        ["10-pitch"] = EmbossingFont.TenPitch,
    };

    public MagneticTracks MagneticStripe(Node node)
    {
        var section = new Section(node, "'magneticStripe'", faults, "track1", "track2", "track3", "coercivity");
        var stripe = new MagneticTracks(Track("track1"), Track("track2"), Track("track3"),
            section.Choice("coercivity", Coercivities, Coercivity.High));
        if (stripe is { Track1: null, Track2: null, Track3: null } && node is MappingNode)
            faults.Add(node, "'magneticStripe' has no track", "give at least one of track1, track2, track3, or remove it");
        return stripe;

        Template? Track(string key) => section.Optional(key) is { } track ? templates.Read(track, $"'{key}'", Use.Machine) : null;
    }

    public Embossing Embossing(Node node)
    {
        var section = new Section(node, "'embossing'", faults, "lines");
        var lines = new List<EmbossingLine>();
        foreach (var item in section.List("lines"))
        {
            var line = Line(item);
            if (lines.Exists(l => l.Row == line.Row && l.Column == line.Column))
                faults.Add(item, $"a second text at row {line.Row}, column {line.Column}", "give it a place of its own");
            lines.Add(line);
        }

        return new(lines);
    }

    EmbossingLine Line(Node node)
    {
        var section = new Section(node, "an embossed line", faults, "text", "row", "column", "font", "show");
        var row = section.Integer("row", 1, 5);
        var font = section.Choice("font", Fonts, row == 1 ? EmbossingFont.Farrington7B : EmbossingFont.TenPitch);
        return new(Text(section, "the embossed text"), row, section.Integer("column", 1, EmbossingLine.Capacity(font), 1), font);
    }

    public Printing Printing(Node node)
    {
        var section = new Section(node, "'printing'", faults, "design", "front", "back", "photo");
        return new(
            Scalars.KebabName(section.Required("design"), "'design'", faults),
            [.. section.OptionalList("front").Select(Printed)],
            [.. section.OptionalList("back").Select(Printed)],
            section.Optional("photo") is { } photo ? Photo(photo) : null);
    }

    PlacedText Printed(Node node)
    {
        var section = new Section(node, "a printed text", faults, "text", "x", "y", "size", "weight", "align", "tone", "show");
        return new(Text(section, "the printed text"),
            section.Millimetres("x", 0, CardWidth), section.Millimetres("y", 0, CardHeight), section.Millimetres("size", MinSize, MaxSize),
            section.Integer("weight", 100, 900, 400), section.Word("align", "start", "middle", "end"),
            section.Word("tone", "ink", "muted", "accent", "black"));
    }

    PlacedPhoto Photo(Node node)
    {
        var section = new Section(node, "'photo'", faults, "field", "x", "y", "width", "height", "show");
        var photo = new PlacedPhoto(section.Text("field"), section.Millimetres("x", 0, CardWidth), section.Millimetres("y", 0, CardHeight),
            section.Millimetres("width", 1, CardWidth), section.Millimetres("height", 1, CardHeight));
        if (section.Optional("field") is ScalarNode { IsEmpty: false } at)
        {
            names.NoteUse(photo.Field, FaceUse(section), "'photo'", at);
            if (names.Contains(photo.Field) && !input.Fields.Any(f => f.Name == photo.Field))
                faults.Add(at, $"'{photo.Field}' is a computed field", "name the input that holds the picture");
        }

        if (photo.X + photo.Width > CardWidth || photo.Y + photo.Height > CardHeight)
        {
            faults.Add(node, "the photo reaches beyond the edge of the card",
                string.Create(CultureInfo.InvariantCulture, $"keep it within {CardWidth} by {CardHeight} mm"));
        }

        return photo;
    }

    Template Text(Section section, string subject)
    {
        var text = templates.Read(section.Required("text"), subject, FaceUse(section));
        if (section.Optional("show") is { } show && section.Flag("show") && text.Names.All(names.Contains)
            && !text.Names.Any(names.SecretNames.Contains))
            faults.Warn(show, $"'show: true', but {subject} draws on no secret input", "remove it");
        return text;
    }

    static Use FaceUse(Section section) => section.Flag("show") ? Use.FaceWithSecrets : Use.Face;
}
