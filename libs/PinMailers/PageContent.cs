using System.Globalization;

namespace PersoMesh.PinMailers;

/// <summary>The content stream of one mailer's page (ISO 32000-1 §9.4).</summary>
static class PageContent
{
    // So many digits of a card number in a row are no coincidence with a postal code or a house number.
    const int TellingDigits = 6;

    /// <exception cref="PinMailerException">Something is missing, cannot be printed, or gives the card number away.</exception>
    public static void Write(PinMailerTemplate template, PinMailer mailer, SecretBuffer output)
    {
        if (mailer.CardNumber?.All(char.IsAsciiDigit) == false)
            throw new PinMailerException("The card number has other characters than digits.");
        foreach (var line in template.Lines)
        {
            var source = line.Source;
            var x = source.X * PinMailerTemplate.PointsPerMillimetre;
            var y = (template.Height - source.Y) * PinMailerTemplate.PointsPerMillimetre;
            output.Write(string.Create(
                CultureInfo.InvariantCulture, $"BT /F{(int)source.Font} {source.Size:0.##} Tf {x:0.##} {y:0.##} Td ("));
            foreach (var part in line.Parts)
                WritePart(template, mailer, line, part, output);
            output.Write(") Tj ET\n");
        }
    }

    static void WritePart(PinMailerTemplate template, PinMailer mailer, TemplateLine line, TemplatePart part, SecretBuffer output)
    {
        if (!part.IsPlaceholder)
        {
            RefuseCardNumber(mailer, part.Text, $"Line {line.Number} of the template");
            WriteText(part.Text, output);
        }
        else if (part.Text == PinMailerTemplate.CardPlaceholder)
        {
            var number = mailer.CardNumber ?? (part.IsOptional ? "" : throw Missing(line, part));
            WriteText(number[^Math.Min(template.CardDigits, number.Length)..], output);
        }
        else if (mailer.Secrets.TryGetValue(part.Text, out var secret))
        {
            if (secret.Span.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                throw new PinMailerException($"Secret '{part.Text}' is not ASCII.");
            foreach (var character in secret.Span)
                WriteCode(character, output);
        }
        else if (mailer.Fields.TryGetValue(part.Text, out var field))
        {
            WinAnsi.Check(field, $"Field '{part.Text}'");
            RefuseCardNumber(mailer, field, $"Field '{part.Text}'");
            WriteText(field, output);
        }
        else if (!part.IsOptional)
        {
            throw Missing(line, part);
        }
    }

    static void WriteText(string text, SecretBuffer output)
    {
        foreach (var character in text)
            WriteCode((byte)WinAnsi.Encode(character), output);
    }

    // §7.3.4.2: parentheses and the backslash are escaped in a literal string.
    static void WriteCode(byte code, SecretBuffer output)
    {
        if (code is (byte)'(' or (byte)')' or (byte)'\\')
            output.Write((byte)'\\');
        output.Write(code);
    }

    static void RefuseCardNumber(PinMailer mailer, string text, string place)
    {
        if (mailer.CardNumber is not { Length: >= TellingDigits } number)
            return;
        var digits = string.Concat(text.Where(c => c is not (' ' or '-' or '.' or '\u00A0')));
        for (var i = 0; i + TellingDigits <= number.Length; i++)
        {
            if (digits.AsSpan().IndexOf(number.AsSpan(i, TellingDigits), StringComparison.Ordinal) >= 0)
                throw new PinMailerException($"{place} contains digits of the card number.");
        }
    }

    static PinMailerException Missing(TemplateLine line, TemplatePart part) => new(
        $"Line {line.Number} of the template asks for '{part.Text}', which the mailer does not have; "
        + $"write {{{part.Text}?}} when it may be missing.");
}
