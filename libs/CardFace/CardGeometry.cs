namespace PersoMesh.CardFace;

/// <summary>Where things are on an ID-1 card, in millimetres from the top left corner of the front (of the back for the stripe).</summary>
public static class CardGeometry
{
    /// <summary>Width of ID-1 (ISO/IEC 7810).</summary>
    public const double Width = 85.60;

    /// <summary>Height of ID-1 (ISO/IEC 7810).</summary>
    public const double Height = 53.98;

    /// <summary>Radius of the corners (ISO/IEC 7810).</summary>
    public const double CornerRadius = 3.18;

    /// <summary>No printed text comes closer to an edge.</summary>
    public const double TextMargin = 3;

    /// <summary>Top of the magnetic stripe as drawn; ISO/IEC 7811-2 wants the recording area to begin at most 5.54 mm from the top edge.</summary>
    public const double StripeTop = 4.45;

    /// <summary>Bottom of the magnetic stripe as drawn; with three tracks the area ends 15.82 mm or more from the top edge.</summary>
    public const double StripeBottom = 16.45;

    /// <summary>Distance of characters on the number row: 7 per inch (ISO/IEC 7811-1).</summary>
    public const double NumberPitch = 3.63;

    /// <summary>Distance of characters on the name rows: 10 per inch (ISO/IEC 7811-1).</summary>
    public const double NamePitch = 2.54;

    /// <summary>Left end of the embossed rows.</summary>
    public const double EmbossingLeft = 7.65;

    /// <summary>Characters that the number row holds.</summary>
    public const int NumberCapacity = 19;

    /// <summary>Characters that a name row holds.</summary>
    public const int NameCapacity = 27;

    // ISO/IEC 7811-3: the number's centre line is 21.42 mm above the bottom edge; the name and address area is 14.53 mm
    // high and begins 2.41 mm above the bottom edge: four rows.
    const double NumberCentreAboveBottom = 21.42;
    const double NameAreaAboveBottom = 2.41;
    const double NameAreaHeight = 14.53;

    /// <summary>Left edges of the two columns of contacts (C1–C4, C5–C8): each contact covers at least 2 × 1.7 mm from here (ISO/IEC 7816-2).</summary>
    public static ReadOnlySpan<double> ContactLefts => [10.25, 17.87];

    /// <summary>Top edges of the four rows of contacts (ISO/IEC 7816-2).</summary>
    public static ReadOnlySpan<double> ContactTops => [19.23, 21.77, 24.31, 26.85];

    /// <summary>Left end of a character place, from 0, on an embossed row: where a printed label can be lined up with it.</summary>
    public static double ColumnLeft(EmbossingRow row, int column) =>
        EmbossingLeft + column * (row == EmbossingRow.Number ? NumberPitch : NamePitch);

    /// <summary>Centre line of an embossed row.</summary>
    public static double RowCentre(EmbossingRow row) => row == EmbossingRow.Number
        ? Height - NumberCentreAboveBottom
        : Height - NameAreaAboveBottom - NameAreaHeight + NameAreaHeight / 4 * (row - EmbossingRow.Name1 + 0.5);
}
