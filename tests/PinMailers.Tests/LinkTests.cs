using System.Text;

namespace PersoMesh.PinMailers.Tests;

/// <summary>A mailer gives away no more of the card number than its template allows.</summary>
public class LinkTests
{
    static PinMailer Mailer(string text, string? cardNumber = "4000001234567899") => new()
    {
        Fields = new Dictionary<string, string> { ["text"] = text },
        Secrets = new Dictionary<string, ReadOnlyMemory<byte>> { ["pin"] = "7294"u8.ToArray() },
        CardNumber = cardNumber,
    };

    static string Render(PinMailer mailer, string text, int cardDigits = 0)
    {
        using var document = PinMailerDocument.Render(new([new(10, 10, 10, text)], cardDigits), [mailer]);
        return Encoding.Latin1.GetString(document.Bytes);
    }

    [Theory]
    [InlineData("4000001234567899")]
    [InlineData("Your card 4000 0012 3456 7899")]
    [InlineData("4000-0012-3456-7899")]
    [InlineData("ends with 567899")]
    [InlineData("0.0.1.2.3.4")]
    public void Card_numbers_in_other_fields_are_refused(string text)
    {
        var error = Assert.Throws<PinMailerException>(() => Render(Mailer(text), "{text}"));
        Assert.Equal("Field 'text' contains digits of the card number.", error.Message);
    }

    [Theory]
    [InlineData("75005 Paris")]
    [InlineData("Street 12345")]
    [InlineData("")]
    public void Short_numbers_are_no_link(string text) => Assert.Contains($"({text})", Render(Mailer(text), "{text}"));

    [Fact]
    public void A_template_with_the_card_number_is_refused() =>
        Assert.Throws<PinMailerException>(() => Render(Mailer(""), "Card 4000001234567899"));

    [Fact]
    public void The_last_digits_are_printed_where_the_template_allows_it()
    {
        Assert.Contains("(card ... 7899)", Render(Mailer(""), "card ... {card}", cardDigits: 4));
        Assert.Contains("(card ... 99)", Render(Mailer(""), "card ... {card}", cardDigits: 2));
        Assert.Contains("(card ... )", Render(Mailer("", cardNumber: null), "card ... {card?}", cardDigits: 2));
        Assert.Throws<PinMailerException>(() => Render(Mailer("", cardNumber: null), "{card}", cardDigits: 2));
        Assert.Throws<PinMailerException>(() => new PinMailerTemplate([new(1, 1, 1, "{card}")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PinMailerTemplate([], 5));
    }

    [Theory]
    [InlineData("{", "Line 1 of the template: character 1 begins no placeholder like {pin}.")]
    [InlineData("PIN {pin", "Line 1 of the template: character 5 begins no placeholder like {pin}.")]
    [InlineData("PIN }", "Line 1 of the template: character 5 begins no placeholder like {pin}.")]
    [InlineData("{}", "Line 1 of the template: character 1 begins no placeholder like {pin}.")]
    [InlineData("{?}", "Line 1 of the template: character 1 begins no placeholder like {pin}.")]
    [InlineData("{a{b}", "Line 1 of the template: character 1 begins no placeholder like {pin}.")]
    [InlineData("Łódź", "Line 1 of the template, character 1 (U+0141) cannot be printed; transliterate it in the profile.")]
    public void Malformed_templates_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<PinMailerException>(() => new PinMailerTemplate([new(1, 1, 1, text)])).Message);

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(210, 1, 1)]
    [InlineData(1, 298, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(1, 1, double.PositiveInfinity)]
    public void Places_off_the_page_are_refused(double x, double y, double size) =>
        Assert.Throws<PinMailerException>(() => new PinMailerTemplate([new(x, y, size, "x")]));

    [Fact]
    public void What_is_missing_or_cannot_be_printed_is_named()
    {
        var missing = Assert.Throws<PinMailerException>(() => Render(Mailer(""), "{puk}"));
        Assert.Contains("Line 1 of the template asks for 'puk'", missing.Message);
        Assert.Throws<PinMailerException>(() => Render(Mailer("", cardNumber: "4000 0012"), "x"));
        Assert.Contains("( )", Render(Mailer(""), " {puk?}"));
        Assert.Equal(
            "Field 'text', character 2 (U+0000) cannot be printed; transliterate it in the profile.",
            Assert.Throws<PinMailerException>(() => Render(Mailer("a\0"), "{text}")).Message);
        var mailer = new PinMailer { Secrets = new Dictionary<string, ReadOnlyMemory<byte>> { ["pin"] = new byte[] { 0xFF } } };
        Assert.Equal("Secret 'pin' is not ASCII.", Assert.Throws<PinMailerException>(() => Render(mailer, "{pin}")).Message);
        Assert.Throws<ArgumentException>(() => PinMailerDocument.Render(PinMailerTemplate.Letter("x"), []));
        Assert.Equal("PIN mailer", mailer.ToString());
    }
}
