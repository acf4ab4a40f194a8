using System.Text;

namespace PersoMesh.Conversions;

/// <summary>
/// Text with placeholders: <c>{name}</c> stands for a value, <c>{{</c> and <c>}}</c> for a brace. A name starts with an ASCII letter or
/// underscore and goes on with letters, digits, <c>_</c>, <c>-</c> and <c>.</c>. Immutable and thread-safe.
/// </summary>
public sealed class Template
{
    readonly Part[] _parts;

    Template(string text, Part[] parts)
    {
        Text = text;
        _parts = parts;
        Names = [.. parts.Where(p => p.IsName).Select(p => p.Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The text it was parsed from.</summary>
    public string Text { get; }

    /// <summary>The names of its placeholders, each once, in order of appearance.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>True when it has no placeholder, so that it always renders the same.</summary>
    public bool IsConstant => Names.Count == 0;

    internal ReadOnlySpan<Part> Parts => _parts;

    /// <summary>Parses a template.</summary>
    /// <param name="text">The template; may be empty.</param>
    /// <exception cref="TemplateException">A brace without its partner, or a malformed name.</exception>
    public static Template Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is not ('{' or '}'))
            {
                literal.Append(c);
            }
            else if (i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c == '}')
            {
                throw new TemplateException(i + 1, "a '}' closes nothing; write '}}' for a brace");
            }
            else
            {
                if (literal.Length > 0)
                    parts.Add(new(literal.ToString(), IsName: false));
                literal.Clear();
                var close = EndOfName(text, i + 1);
                parts.Add(new(text[(i + 1)..close], IsName: true));
                i = close;
            }
        }

        if (literal.Length > 0)
            parts.Add(new(literal.ToString(), IsName: false));
        return new(text, [.. parts]);
    }

    /// <summary>True for what may stand between braces.</summary>
    /// <param name="text">The would-be name.</param>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && text.Select((c, i) => IsNameCharacter(c, first: i == 0)).All(ok => ok);
    }

    /// <summary>Replaces each placeholder by its value. Values are taken as they are: braces in them mean nothing.</summary>
    /// <param name="lookup">The value of a name; asked once for each placeholder.</param>
    public string Render(Func<string, string> lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        return string.Concat(_parts.Select(p => p.IsName ? lookup(p.Text) : p.Text));
    }

    /// <summary>The text it was parsed from.</summary>
    public override string ToString() => Text;

    static int EndOfName(string text, int start)
    {
        var i = start;
        while (i < text.Length && IsNameCharacter(text[i], first: i == start))
            i++;
        if (i == text.Length)
            throw new TemplateException(start, "a '{' is never closed; write '{{' for a brace");
        if (text[i] != '}' || i == start)
            throw new TemplateException(i + 1, i == start ? "a name must start here with a letter" : "a name cannot hold this character");
        return i;
    }

    static bool IsNameCharacter(char c, bool first) =>
        char.IsAsciiLetter(c) || c == '_' || (!first && (char.IsAsciiDigit(c) || c is '-' or '.'));

    internal readonly record struct Part(string Text, bool IsName);
}
