namespace PersoMesh.PinMailers;

/// <summary>A line taken apart into text and placeholders.</summary>
sealed class TemplateLine
{
    public TemplateLine(int number, MailerText text, PinMailerTemplate template)
    {
        (Number, Source) = (number, text);
        if (!(text.X >= 0 && text.X < template.Width && text.Y >= 0 && text.Y <= template.Height && text.Size is > 0 and <= 200))
            throw new PinMailerException($"Line {number} of the template is off the page or has no size.");
        Parts = [.. Split(number, text.Text)];
        foreach (var part in Parts)
        {
            if (part is { IsPlaceholder: true, Text: PinMailerTemplate.CardPlaceholder } && template.CardDigits == 0)
                throw new PinMailerException($"Line {number} of the template shows the card number, which the template does not allow.");
            if (!part.IsPlaceholder)
                WinAnsi.Check(part.Text, $"Line {number} of the template");
        }
    }

    public int Number { get; }

    public MailerText Source { get; }

    public IReadOnlyList<TemplatePart> Parts { get; }

    static IEnumerable<TemplatePart> Split(int number, string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var brace = text.AsSpan(at).IndexOfAny('{', '}');
            if (brace != 0)
            {
                var end = brace < 0 ? text.Length : at + brace;
                yield return new(text[at..end], IsPlaceholder: false, IsOptional: false);
                at = end;
                continue;
            }

            var close = text.IndexOf('}', at);
            var name = text[at] == '{' && close > at ? text[(at + 1)..close] : "";
            var isOptional = name.EndsWith('?');
            name = name.TrimEnd('?');
            if (name.Length == 0 || name.Contains('{', StringComparison.Ordinal))
                throw new PinMailerException($"Line {number} of the template: character {at + 1} begins no placeholder like {{pin}}.");
            yield return new(name, IsPlaceholder: true, isOptional);
            at = close + 1;
        }
    }
}

/// <summary>Text as it is, or the name of a placeholder.</summary>
readonly record struct TemplatePart(string Text, bool IsPlaceholder, bool IsOptional);
