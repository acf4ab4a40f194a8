namespace PersoMesh.CardFace;

/// <summary>
/// Strokes of the characters that embossing machines have, in the manner of Farrington 7B: a field 4 units wide and 6 high,
/// the baseline at 6. Drawn as lines, so that no installed font decides how a card looks and each layer of the relief can
/// choose its own stroke.
/// </summary>
static class EmbossingGlyphs
{
    public const double FieldWidth = 4;
    public const double FieldHeight = 6;

    static readonly Dictionary<char, string> Strokes = new()
    {
        ['0'] = "M1 0H3Q4 0 4 1V5Q4 6 3 6H1Q0 6 0 5V1Q0 0 1 0Z",
        ['1'] = "M.8 1.1L2.1 0V6M.7 6H3.5",
        ['2'] = "M0 1.1V1Q0 0 1 0H3Q4 0 4 1V1.8Q4 2.7 3.2 3.1L.8 4.3Q0 4.7 0 5.6V6H4",
        ['3'] = "M0 .9Q.1 0 1.1 0H2.9Q3.9 0 3.9 1V1.8Q3.9 2.8 2.9 2.8H1.5M2.9 2.8Q4 2.8 4 3.9V5Q4 6 3 6H1.1Q.1 6 0 5.1",
        ['4'] = "M3.1 6V0L0 4.3H4",
        ['5'] = "M3.8 0H.4L.2 2.6H2.8Q4 2.6 4 3.8V4.8Q4 6 2.8 6H1.2Q.2 6 0 5.1",
        ['6'] = "M3.7 .8Q3.5 0 2.6 0H1.3Q0 0 0 1.4V4.8Q0 6 1.2 6H2.8Q4 6 4 4.8V3.9Q4 2.7 2.8 2.7H1.2Q0 2.7 0 3.9",
        ['7'] = "M0 0H4V.8L1.8 3.4Q1.4 3.9 1.4 4.6V6",
        ['8'] = "M1.2 0H2.8Q3.8 0 3.8 1V1.8Q3.8 2.8 2.8 2.8H1.2Q.2 2.8 .2 1.8V1Q.2 0 1.2 0Z"
            + "M1.1 2.8H2.9Q4 2.8 4 3.9V4.9Q4 6 2.9 6H1.1Q0 6 0 4.9V3.9Q0 2.8 1.1 2.8Z",
        ['9'] = "M.3 5.2Q.5 6 1.4 6H2.7Q4 6 4 4.6V1.2Q4 0 2.8 0H1.2Q0 0 0 1.2V2.1Q0 3.3 1.2 3.3H2.8Q4 3.3 4 2.1",
        ['A'] = "M0 6L2 0L4 6M.7 4.1H3.3",
        ['B'] = "M0 6V0H2.7Q3.7 0 3.7 1V1.8Q3.7 2.8 2.7 2.8H0M2.7 2.8H2.8Q4 2.8 4 4V4.8Q4 6 2.8 6H0",
        ['C'] = "M4 1.2Q4 0 2.8 0H1.4Q0 0 0 1.4V4.6Q0 6 1.4 6H2.8Q4 6 4 4.8",
        ['D'] = "M0 0H2.4Q4 0 4 1.7V4.3Q4 6 2.4 6H0Z",
        ['E'] = "M4 0H0V6H4M0 2.9H3.2",
        ['F'] = "M4 0H0V6M0 2.9H3.2",
        ['G'] = "M4 1.2Q4 0 2.8 0H1.4Q0 0 0 1.4V4.6Q0 6 1.4 6H2.6Q4 6 4 4.6V3.3H2.4",
        ['H'] = "M0 0V6M4 0V6M0 2.9H4",
        ['I'] = "M.8 0H3.2M2 0V6M.8 6H3.2",
        ['J'] = "M3.5 0V4.6Q3.5 6 2.1 6H1.4Q.1 6 0 4.7",
        ['K'] = "M0 0V6M3.9 0L0 3.6M1.5 2.3L4 6",
        ['L'] = "M0 0V6H4",
        ['M'] = "M0 6V0L2 3.2L4 0V6",
        ['N'] = "M0 6V0L4 6V0",
        ['O'] = "M1.5 0H2.5Q4 0 4 1.5V4.5Q4 6 2.5 6H1.5Q0 6 0 4.5V1.5Q0 0 1.5 0Z",
        ['P'] = "M0 6V0H2.7Q4 0 4 1.3V2Q4 3.3 2.7 3.3H0",
        ['Q'] = "M1.5 0H2.5Q4 0 4 1.5V4.5Q4 6 2.5 6H1.5Q0 6 0 4.5V1.5Q0 0 1.5 0ZM2.5 4.4L4.2 6.3",
        ['R'] = "M0 6V0H2.7Q4 0 4 1.3V2Q4 3.3 2.7 3.3H0M2.1 3.3L4 6",
        ['S'] = "M3.9 1.1Q3.8 0 2.6 0H1.3Q.1 0 .1 1.2V1.6Q.1 2.6 1.2 2.8L2.8 3.2Q4 3.4 4 4.5V4.8Q4 6 2.7 6H1.3Q.1 6 0 4.9",
        ['T'] = "M0 0H4M2 0V6",
        ['U'] = "M0 0V4.6Q0 6 1.4 6H2.6Q4 6 4 4.6V0",
        ['V'] = "M0 0L2 6L4 0",
        ['W'] = "M0 0L.9 6L2 2.6L3.1 6L4 0",
        ['X'] = "M0 0L4 6M4 0L0 6",
        ['Y'] = "M0 0L2 2.9L4 0M2 2.9V6",
        ['Z'] = "M0 0H4L0 6H4",
        ['-'] = "M.8 3H3.2",
        ['/'] = "M.3 6.2L3.7-.2",
        ['.'] = "M2 5.9V6",
        [','] = "M2.1 5.6L1.6 6.7",
        [':'] = "M2 1.9V2M2 4.9V5",
        ['\''] = "M2 0V1.3",
        ['+'] = "M.5 3H3.5M2 1.5V4.5",
        ['('] = "M2.8-.3Q1.2 1.2 1.2 3T2.8 6.3",
        [')'] = "M1.2-.3Q2.8 1.2 2.8 3T1.2 6.3",
        ['&'] = "M4 6L.9 1.9Q.3 1 1 .4Q1.7-.3 2.4 .3Q3 1.1 2.2 1.8L.8 2.9Q0 3.6 0 4.4Q0 6 1.6 6Q3.4 6 3.9 3.6",
    };

    /// <summary>Path data of a character, or null when embossing machines do not have it.</summary>
    public static string? Of(char character) => Strokes.GetValueOrDefault(character);
}
