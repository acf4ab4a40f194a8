namespace PersoMesh.CardFace;

/// <summary>
/// How wide a text will be. Measured with DejaVu Sans, the widest of the sans-serif faces that
/// <see cref="CardFaceRenderer"/> asks for, so that with any of the others the text is narrower than computed here.
/// </summary>
static class TextWidth
{
    // Advance widths of U+0020 .. U+007E in thousandths of an em, from the fonts' hmtx tables.
    static ReadOnlySpan<short> Regular =>
    [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636,
        636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
        603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
        634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
    ];

    static ReadOnlySpan<short> Bold =>
    [
        348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696, 696,
        696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995, 837, 850,
        733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716,
        712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
    ];

    /// <summary>Width of a line in mm.</summary>
    /// <param name="text">The line.</param>
    /// <param name="size">Em size in mm.</param>
    /// <param name="weight">600 and more is measured bold.</param>
    /// <param name="letterSpacing">mm after each character.</param>
    public static double Of(string text, double size, int weight, double letterSpacing)
    {
        var table = weight >= 600 ? Bold : Regular;
        var thousandths = 0;
        foreach (var character in text)
            thousandths += character is >= ' ' and <= '~' ? table[character - ' '] : Beyond(character);
        return thousandths * size / 1000 + text.Length * letterSpacing;
    }

    // Generous: a text set a little smaller than necessary is better than one cut off.
    static int Beyond(char character) => character switch
    {
        < ' ' => 380,
        'Æ' or 'æ' or 'Œ' or 'œ' or 'Ŵ' or 'ŵ' or '©' or '®' or '¼' or '½' or '¾' => 1170,
        >= '\u00C0' and < '\u01C0' => char.IsUpper(character) ? 900 : 720,
        >= '\u0300' and < '\u0370' => 0,
        '\u2013' or '\u2018' or '\u2019' or '\u201C' or '\u201D' or '\u2022' or '\u00B7' or '\u00A0' => 600,
        >= '\uDC00' and < '\uE000' => 0,
        _ => 1300,
    };
}
