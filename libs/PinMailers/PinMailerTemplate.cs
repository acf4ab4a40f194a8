namespace PersoMesh.PinMailers;

/// <summary>A font that every PDF reader has (ISO 32000-1 §9.6.2.2): nothing is embedded.</summary>
public enum MailerFont
{
    /// <summary>Helvetica.</summary>
    Regular,

    /// <summary>Helvetica-Bold.</summary>
    Bold,

    /// <summary>Courier: zero and O look different, digits stand under one another.</summary>
    Monospace,
}

/// <summary>A line of text on the page.</summary>
/// <param name="X">Left end in millimetres from the left edge.</param>
/// <param name="Y">Baseline in millimetres from the upper edge.</param>
/// <param name="Size">Font size in points.</param>
/// <param name="Text">
/// Text with placeholders: <c>{name}</c> is a secret or a field, <c>{name?}</c> one that may be missing, <c>{card}</c> the last digits of
/// the card number. Braces cannot be printed.
/// </param>
/// <param name="Font">The font.</param>
public sealed record MailerText(double X, double Y, double Size, string Text, MailerFont Font = MailerFont.Regular);

/// <summary>How a PIN mailer looks: one page for each holder.</summary>
public sealed class PinMailerTemplate
{
    /// <summary>The placeholder of the card number's last digits.</summary>
    public const string CardPlaceholder = "card";

    /// <summary>The most digits of a card number that any template may show.</summary>
    public const int MostCardDigits = 4;

    /// <summary>Makes a template.</summary>
    /// <param name="texts">The lines of the page.</param>
    /// <param name="cardDigits">How many last digits of the card number <c>{card}</c> shows, 0 to 4; 0 allows no such placeholder.</param>
    /// <param name="width">Width of the page in millimetres; A4 when nothing else is said.</param>
    /// <param name="height">Height of the page in millimetres; A4 when nothing else is said.</param>
    /// <exception cref="PinMailerException">
    /// A placeholder is malformed or not allowed, a place is off the page, or a character cannot be printed.
    /// </exception>
    public PinMailerTemplate(IReadOnlyList<MailerText> texts, int cardDigits = 0, double width = 210, double height = 297)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegative(cardDigits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cardDigits, MostCardDigits);
        (Texts, CardDigits, Width, Height) = ([.. texts], cardDigits, width, height);
        Lines = [.. Texts.Select((text, index) => new TemplateLine(index + 1, text, this))];
    }

    /// <summary>The lines of the page.</summary>
    public IReadOnlyList<MailerText> Texts { get; }

    /// <summary>How many of the last digits of the card number may be shown.</summary>
    public int CardDigits { get; }

    /// <summary>Width of the page in millimetres.</summary>
    public double Width { get; }

    /// <summary>Height of the page in millimetres.</summary>
    public double Height { get; }

    internal const double PointsPerMillimetre = 72 / 25.4;

    internal IReadOnlyList<TemplateLine> Lines { get; }

    /// <summary>
    /// A letter: the fields <c>address1</c> to <c>address5</c> in the window of an envelope (DIN 5008 form B), then the secrets <c>pin</c>
    /// and, if wanted, <c>puk</c>. Nothing of the card number.
    /// </summary>
    /// <param name="sender">Who writes; one line.</param>
    /// <param name="withPuk">Whether the holder gets the resetting code too.</param>
    public static PinMailerTemplate Letter(string sender, bool withPuk = true) => new(
    [
        new(25, 47, 7, sender),
        new(25, 55, 11, "{address1}"),
        new(25, 60.5, 11, "{address2?}"),
        new(25, 66, 11, "{address3?}"),
        new(25, 71.5, 11, "{address4?}"),
        new(25, 77, 11, "{address5?}"),
        new(25, 110, 13, "The PIN of your new card", MailerFont.Bold),
        new(25, 120, 11, "Your card comes in another letter. Keep the PIN apart from it, and tell it to nobody."),
        new(25, 140, 11, "PIN"),
        new(45, 140, 18, "{pin}", MailerFont.Monospace),
        .. withPuk
            ? (MailerText[])[new(25, 152, 11, "PUK"), new(45, 152, 14, "{puk}", MailerFont.Monospace)]
            : [],
    ]);
}
