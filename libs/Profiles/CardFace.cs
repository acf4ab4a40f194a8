using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>Data of the magnetic stripe tracks (ISO/IEC 7811, 7813), with sentinels and without LRC: the encoder adds that.</summary>
/// <param name="Track1">Null = not encoded.</param>
/// <param name="Track2">Null = not encoded.</param>
/// <param name="Track3">Null = not encoded.</param>
/// <param name="Coercivity">Of the stripe's material: sets the write current.</param>
public sealed record MagneticTracks(Template? Track1, Template? Track2, Template? Track3, Coercivity Coercivity);

/// <summary>Of a magnetic stripe.</summary>
public enum Coercivity
{
    /// <summary>HiCo, ISO/IEC 7811-6.</summary>
    High,

    /// <summary>LoCo, ISO/IEC 7811-2.</summary>
    Low,
}

/// <summary>Embossed lines (ISO/IEC 7811-1).</summary>
/// <param name="Lines">In the order of the file.</param>
public sealed record Embossing(IReadOnlyList<EmbossingLine> Lines);

/// <summary>One embossed text.</summary>
/// <param name="Text">Capital letters, digits and the few signs that an embosser has, once rendered.</param>
/// <param name="Row">1 = the identification number line; 2 to 5 = the name and address area, from above.</param>
/// <param name="Column">Of the first character, from 1, in the pitch of the font.</param>
/// <param name="Font">Sets pitch and height.</param>
public sealed record EmbossingLine(Template Text, int Row, int Column, EmbossingFont Font)
{
    /// <summary>Characters that fit on a row in the font: 19 at 7 per inch, 27 at 10 per inch.</summary>
    public static int Capacity(EmbossingFont font) => font == EmbossingFont.TenPitch ? 27 : 19;
}

/// <summary>The characters of an embosser.</summary>
public enum EmbossingFont
{
    /// <summary>Farrington 7B, 7 characters per inch, digits only.</summary>
    Farrington7B,

    /// <summary>OCR-B, 7 characters per inch, digits only.</summary>
    OcrB,

    /// <summary>Capital letters and digits, 10 characters per inch.</summary>
    TenPitch,
}

/// <summary>What is printed on the card. Positions in millimetres from the upper left corner of an ISO/IEC 7810 ID-1 card,
/// 85.60 by 53.98 mm.</summary>
/// <param name="Design">A named background of the card face renderer.</param>
/// <param name="Front">Texts on the front.</param>
/// <param name="Back">Texts on the back.</param>
/// <param name="Photo">On the front; null = none.</param>
public sealed record Printing(string Design, IReadOnlyList<PlacedText> Front, IReadOnlyList<PlacedText> Back, PlacedPhoto? Photo);

/// <summary>One printed text.</summary>
/// <param name="Text">What is printed.</param>
/// <param name="X">Anchor, millimetres.</param>
/// <param name="Y">Base line, millimetres.</param>
/// <param name="Size">Em size of the font, millimetres.</param>
/// <param name="Weight">100 (thin) to 900 (black).</param>
/// <param name="Align">What stands at X: the text's <c>start</c>, <c>middle</c> or <c>end</c>.</param>
/// <param name="Tone">Which of the design's inks: <c>ink</c>, <c>muted</c>, <c>accent</c> or <c>black</c>.</param>
public sealed record PlacedText(Template Text, decimal X, decimal Y, decimal Size, int Weight, string Align, string Tone);

/// <summary>A picture of the holder.</summary>
/// <param name="Field">The input that holds it; nothing is printed when that is empty.</param>
/// <param name="X">Left edge, millimetres.</param>
/// <param name="Y">Upper edge, millimetres.</param>
/// <param name="Width">Millimetres.</param>
/// <param name="Height">Millimetres.</param>
public sealed record PlacedPhoto(string Field, decimal X, decimal Y, decimal Width, decimal Height);
