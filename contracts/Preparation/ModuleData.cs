namespace PersoMesh.Contracts.Preparation;

/// <summary>What a station does to a card besides its chip. Travels sealed only.</summary>
public sealed record ModuleData
{
    /// <summary>Magnetic stripe tracks 1 to 3 with sentinels, null where a track stays empty.</summary>
    public IReadOnlyList<string?> Tracks { get; init; } = [];

    /// <summary>High coercivity (2750 Oe or more) or low (300 Oe).</summary>
    public bool HighCoercivity { get; init; } = true;

    /// <summary>Embossed lines.</summary>
    public IReadOnlyList<EmbossLine> EmbossLines { get; init; } = [];

    /// <summary>Name of the card's printed background.</summary>
    public string Design { get; init; } = "plain";

    /// <summary>Printed texts of the front.</summary>
    public IReadOnlyList<PrintedText> Front { get; init; } = [];

    /// <summary>Printed texts of the back.</summary>
    public IReadOnlyList<PrintedText> Back { get; init; } = [];

    /// <summary>A place for the holder's photograph, or null.</summary>
    public PhotoArea? Photo { get; init; }
}

/// <summary>An embossed line.</summary>
/// <param name="Text">The characters.</param>
/// <param name="Row">1 = the card number line; 2 to 5 = name and address area.</param>
/// <param name="Column">First character position, from 1.</param>
public sealed record EmbossLine(string Text, int Row, int Column);

/// <summary>A printed text.</summary>
/// <param name="Text">The text.</param>
/// <param name="X">Millimetres from the left edge.</param>
/// <param name="Y">Millimetres from the upper edge to the baseline.</param>
/// <param name="Size">Height in millimetres.</param>
/// <param name="Weight">100 to 900; 400 is regular, 700 bold.</param>
/// <param name="Align">Which end of the text is at <paramref name="X"/>: <c>start</c>, <c>middle</c> or <c>end</c>.</param>
/// <param name="Tone">Colour within the design: <c>ink</c>, <c>muted</c>, <c>accent</c> or <c>black</c>.</param>
public sealed record PrintedText(string Text, double X, double Y, double Size, int Weight, string Align, string Tone);

/// <summary>Where a photograph goes, in millimetres from the upper left corner.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="Initials">What stands there when there is no photograph.</param>
public sealed record PhotoArea(double X, double Y, double Width, double Height, string Initials);
