using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace PersoMesh.CardFace;

/// <summary>Collects SVG. Every string put into a hole of <see cref="Write"/> is escaped, every number rounded to micrometres.</summary>
sealed class SvgWriter
{
    readonly StringBuilder _text = new();
    string _idPrefix = "";

    /// <summary>From here on this stands before every id, so that several drawings can share one document.</summary>
    public void UseIdPrefix(string prefix) => _idPrefix = prefix;

    /// <summary>An id of this drawing.</summary>
    public string Id(string name) => _idPrefix + name;

    /// <summary>A reference to a gradient, pattern, filter or clip path of this drawing.</summary>
    public string Url(string name) => $"url(#{_idPrefix}{name})";

    /// <summary>Appends markup and ends the line.</summary>
    /// <param name="markup">Has by then appended itself: the compiler passes this writer to its constructor.</param>
    public void Write([InterpolatedStringHandlerArgument("")] Markup markup)
    {
        _ = markup;
        _text.Append('\n');
    }

    public override string ToString() => _text.ToString();

    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        readonly StringBuilder _text;

        public Markup(int literalLength, int formattedCount, SvgWriter writer)
        {
            _text = writer._text;
            _text.EnsureCapacity(_text.Length + literalLength + 8 * formattedCount);
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(double millimetres) =>
            // Adding zero turns -0 into 0.
            _text.Append((Math.Round(millimetres, 3) + 0.0).ToString("0.###", CultureInfo.InvariantCulture));

        public void AppendFormatted(string text)
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (char.IsSurrogatePair(text, i))
                    _text.Append(text[i++]).Append(text[i]);
                else
                    AppendEscaped(text[i]);
            }
        }

        void AppendEscaped(char character) => _ = character switch
        {
            '<' => _text.Append("&lt;"),
            '>' => _text.Append("&gt;"),
            '&' => _text.Append("&amp;"),
            '"' => _text.Append("&quot;"),
            '\t' or '\r' or '\n' => _text.Append(' '),
            // XML 1.0 §2.2 has no place for the other control characters, for half a surrogate pair and for U+FFFE and U+FFFF.
            < ' ' or >= '\uFFFE' => _text.Append('\uFFFD'),
            _ when char.IsSurrogate(character) => _text.Append('\uFFFD'),
            _ => _text.Append(character),
        };
    }
}
