namespace PersoMesh.CardFace;

/// <summary>
/// What a finished card looks like, front and back: all that <see cref="CardFaceRenderer"/> needs. Lengths are in
/// millimetres from the top left corner of the side that is looked at. Holds cardholder data.
/// </summary>
public sealed record CardFaceDescription
{
    /// <summary>Name of the background, one of <see cref="CardDesign.Names"/>. Default: <c>plain</c>.</summary>
    public string Design { get; init; } = "plain";

    /// <summary>Raised characters, pressed in from the back. Default: none.</summary>
    public IReadOnlyList<EmbossedLine> Embossing { get; init; } = [];

    /// <summary>Texts printed on the front. Default: none.</summary>
    public IReadOnlyList<PrintedText> FrontTexts { get; init; } = [];

    /// <summary>Texts printed on the back. Default: none.</summary>
    public IReadOnlyList<PrintedText> BackTexts { get; init; } = [];

    /// <summary>The card has a contact chip at the position of ISO/IEC 7816-2. Default: false.</summary>
    public bool Chip { get; init; }

    /// <summary>The front shows waves beside the chip: the card works without contact. Default: false.</summary>
    public bool Contactless { get; init; }

    /// <summary>The back carries a magnetic stripe (ISO/IEC 7811-2). Default: false.</summary>
    public bool MagneticStripe { get; init; }

    /// <summary>The back carries a panel to sign on. Default: false.</summary>
    public bool SignaturePanel { get; init; }

    /// <summary>Where a portrait belongs, for badges. Default: none.</summary>
    public PortraitArea? Portrait { get; init; }

    /// <summary>Design and counts, no texts.</summary>
    public override string ToString() =>
        $"{Design} card, {Embossing.Count} embossed lines, {FrontTexts.Count} + {BackTexts.Count} printed texts";
}

/// <summary>The rows that ISO/IEC 7811-3 reserves for embossing.</summary>
public enum EmbossingRow
{
    /// <summary>Identification number: 7 characters per inch, its centre 21.42 mm above the bottom edge, at most 19 characters.</summary>
    Number,

    /// <summary>First row of the name and address area: 10 characters per inch, at most 27 characters.</summary>
    Name1,

    /// <summary>Second row of the name and address area.</summary>
    Name2,

    /// <summary>Third row of the name and address area.</summary>
    Name3,

    /// <summary>Last row of the name and address area.</summary>
    Name4,
}

/// <summary>A line of raised characters.</summary>
/// <param name="Row">Where it stands.</param>
/// <param name="Text">Its characters. A text too long for the row is set closer so that it ends at the row's edge.</param>
/// <param name="Column">How many character places are left free before it. Default: 0.</param>
public sealed record EmbossedLine(EmbossingRow Row, string Text, int Column = 0)
{
    /// <summary>Row and length, not the text.</summary>
    public override string ToString() => $"{Row}, {Text.Length} characters";
}

/// <summary>Where a printed text is anchored at its X position.</summary>
public enum TextAlign
{
    /// <summary>It begins there.</summary>
    Start,

    /// <summary>It is centred there.</summary>
    Middle,

    /// <summary>It ends there.</summary>
    End,
}

/// <summary>Which of the design's inks a text is printed with.</summary>
public enum TextTone
{
    /// <summary>The main ink.</summary>
    Ink,

    /// <summary>Less contrast, for labels and small print.</summary>
    Muted,

    /// <summary>The design's highlight colour.</summary>
    Accent,

    /// <summary>Black, for texts on the signature panel.</summary>
    Black,
}

/// <summary>A text printed on the card. One that would run over the card's edge is made smaller until it fits.</summary>
/// <param name="Text">One line; line breaks become spaces.</param>
/// <param name="X">Anchor, mm from the left edge.</param>
/// <param name="Y">Baseline, mm from the top edge.</param>
/// <param name="Size">Em size in mm: capitals are about 0.7 of it high. Default: 3.</param>
/// <param name="Weight">100 (thin) to 900 (black). Default: 400.</param>
/// <param name="Align">Default: the text begins at X.</param>
/// <param name="Tone">Default: the main ink.</param>
/// <param name="LetterSpacing">Extra space after each character in mm. Default: 0.</param>
public sealed record PrintedText(string Text, double X, double Y, double Size = 3, int Weight = 400, TextAlign Align = TextAlign.Start,
    TextTone Tone = TextTone.Ink, double LetterSpacing = 0)
{
    /// <summary>Position and length, not the text.</summary>
    public override string ToString() => $"{Text.Length} characters at {X:0.##}, {Y:0.##} mm";
}

/// <summary>A frame with a silhouette where the cardholder's portrait will be printed.</summary>
/// <param name="Initials">Up to three characters shown on the silhouette.</param>
/// <param name="X">Left edge, mm.</param>
/// <param name="Y">Top edge, mm.</param>
/// <param name="Width">Width, mm. Default: 21.</param>
/// <param name="Height">Height, mm. Default: 27.</param>
public sealed record PortraitArea(string Initials, double X, double Y, double Width = 21, double Height = 27)
{
    /// <summary>Position and size, not the initials.</summary>
    public override string ToString() => $"portrait {Width:0.##} x {Height:0.##} mm at {X:0.##}, {Y:0.##} mm";
}
