namespace PersoMesh.PinMailers.Tests;

public sealed class CertificateTests(Printer printer) : IClassFixture<Printer>
{
    [Theory]
    [InlineData("-newkey", "rsa:1024")]
    [InlineData("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")]
    [InlineData("-newkey", "rsa:2048", "-addext", "keyUsage=digitalSignature")]
    public void Certificates_that_do_not_serve_are_refused(params string[] options) =>
        Assert.Throws<PinMailerException>(() => new PrinterEnvelope(printer.Make(options), TimeProvider.System));

    [Fact]
    public void A_certificate_without_key_usage_serves()
    {
        using var envelope = new PrinterEnvelope(printer.Make("-newkey", "rsa:2048"), TimeProvider.System);
        using var document = PinMailerDocument.Render(new([new(1, 1, 1, "x")]), [new()]);
        Assert.NotEmpty(envelope.Encrypt(document));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(31)]
    public void A_certificate_is_used_only_while_it_is_valid(int days)
    {
        using var envelope = printer.Envelope(new Clock(DateTimeOffset.UtcNow.AddDays(days)));
        using var document = PinMailerDocument.Render(new([new(1, 1, 1, "x")]), [new()]);
        Assert.Contains("expired", Assert.Throws<PinMailerException>(() => envelope.Encrypt(document)).Message);
    }

    sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
