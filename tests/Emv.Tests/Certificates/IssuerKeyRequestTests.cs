using PersoMesh.SmartCard;

namespace PersoMesh.Emv.Tests;

public class IssuerKeyRequestTests
{
    static readonly SoftwareRsaSigner Issuer = new(PublishedKeys.Issuer);

    [Fact]
    public void A_request_becomes_the_published_issuer_certificate()
    {
        using var openssl = new OpenSslRsa(PublishedKeys.Issuer);
        var content = CertificateContent.ForIssuer(Hex.Bytes("123456FF"), new ExpiryMonth(2030, 12), 0x000042, Issuer.PublicKey);
        var request = IssuerKeyRequest.Create(openssl, content, 0x01010000);

        Assert.True(IssuerKeyRequest.TryOpen(request.Encoded.Span, out var opened, out _));
        Assert.Equal((0x01010000u, 0x42), (opened.ServiceIdentifier, opened.RequestNumber));
        var ca = new SoftwareRsaSigner(PublishedKeys.Ca);
        var certificate = PublicKeyCertificate.Issue(ca, ca.PublicKey, opened.ToCertificateContent(0x123456));
        // mrautio/emv-card-simulator@189d514: tag 90.
        Assert.Equal(Hex.Of(VectorFile.CardSimulator["90"]), Hex.Of(certificate.Certificate.Span));
    }

    [Fact]
    public void The_unsigned_part_is_readable_as_documented()
    {
        var request = Create().Encoded.Span;
        Assert.Equal("20" + "01010000" + "B0" + Hex.Of(Issuer.PublicKey.Modulus.Span) + "01" + "03" + "000042", Hex.Of(request[..^176]));
    }

    [Theory]
    [InlineData(1, "the unsigned part")] // service identifier
    [InlineData(-177, "the unsigned part")] // request number
    [InlineData(-1, "does not end with BC")] // signature
    public void A_request_whose_parts_disagree_is_refused(int at, string reason)
    {
        var encoded = Create().Encoded.ToArray();
        encoded[at < 0 ? encoded.Length + at : at] ^= 0x01;
        Assert.False(IssuerKeyRequest.TryOpen(encoded, out _, out var failure));
        Assert.Contains(reason, failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("2101010000B0", 0)]
    [InlineData("2001010000B000", 5)]
    [InlineData("2001010000010303", 7)]
    [InlineData("20010100000101" + "0103" + "000001", 5)]
    public void A_malformed_request_is_refused_with_its_offset(string hex, int offset) =>
        Assert.Equal(offset, Assert.Throws<CardDataException>(() => IssuerKeyRequest.TryOpen(Hex.Bytes(hex), out _, out _)).Offset);

    static IssuerKeyRequest Create() => IssuerKeyRequest.Create(
        Issuer, CertificateContent.ForIssuer(Hex.Bytes("123456FF"), new ExpiryMonth(2030, 12), 0x42, Issuer.PublicKey), 0x01010000);
}
