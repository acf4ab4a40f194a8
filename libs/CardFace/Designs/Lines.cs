using System.Globalization;
using System.Text;

namespace PersoMesh.CardFace.Designs;

/// <summary>Fine lines, the security printer's ornament.</summary>
static class Lines
{
    /// <summary>
    /// A family of waves across the card. From line to line the height of the waves and their phase change evenly, so that
    /// the lines gather and part like those of a guilloche.
    /// </summary>
    /// <param name="count">Number of lines.</param>
    /// <param name="top">Middle of the first line, mm.</param>
    /// <param name="spacing">From middle to middle, mm.</param>
    /// <param name="length">Wave length, mm.</param>
    /// <param name="height">Amplitude of the first and the last line, mm.</param>
    /// <param name="shift">How far each line is shifted against the one before, mm.</param>
    /// <returns>The data of one SVG path.</returns>
    public static string Waves(int count, double top, double spacing, double length, (double First, double Last) height, double shift)
    {
        // A cubic with its control points at 0.3642 of the half wave is a sine to within 1 %.
        const double Control = 0.3642;
        var path = new StringBuilder();
        var half = length / 2;
        for (var line = 0; line < count; line++)
        {
            var y = top + line * spacing;
            var amplitude = (height.First + (height.Last - height.First) * line / Math.Max(1, count - 1)) * Math.PI / 2 * 1.1;
            var x = line * shift % length - length;
            path.Append(CultureInfo.InvariantCulture, $"M{x:0.##} {y:0.##}");
            for (var sign = 1; x < CardGeometry.Width; x += half, sign = -sign)
            {
                path.Append(CultureInfo.InvariantCulture,
                    $"c{half * Control:0.##} {-sign * amplitude:0.##} {half * (1 - Control):0.##} {-sign * amplitude:0.##} {half:0.##} 0");
            }
        }

        return path.ToString();
    }

    /// <summary>Circles about one centre, the radius growing by a growing step.</summary>
    /// <returns>The data of one SVG path.</returns>
    public static string Circles(double x, double y, double first, double step, double growth, int count)
    {
        var path = new StringBuilder();
        var radius = first;
        for (var i = 0; i < count; i++, radius += step, step *= growth)
        {
            path.Append(CultureInfo.InvariantCulture,
                $"M{x - radius:0.##} {y:0.##}a{radius:0.##} {radius:0.##} 0 1 0 {2 * radius:0.##} 0a{radius:0.##} {radius:0.##} 0 1 0 {-2 * radius:0.##} 0");
        }

        return path.ToString();
    }
}
