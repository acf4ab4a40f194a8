using System.Security.Cryptography;

namespace PersoMesh.Emv.Tests;

/// <summary>The chain with all private keys of mrautio/emv-card-simulator@189d514: certificates are reproduced byte for byte.</summary>
public class CertificateChainTests
{
    static readonly VectorFile Card = VectorFile.CardSimulator;
    static readonly Pan CardPan = Pan.Parse("1234560012345608");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_issuer_certificate_is_reproduced(bool byOpenSsl)
    {
        using var openssl = new OpenSslRsa(PublishedKeys.Ca);
        IRsaSigner signer = byOpenSsl ? openssl : new SoftwareRsaSigner(PublishedKeys.Ca);
        var certificate = PublicKeyCertificate.Issue(signer, Card.Key("caModulus"), IssuerContent());
        Assert.Equal(Hex.Of(Card["90"]), Hex.Of(certificate.Certificate.Span));
        Assert.Equal(Hex.Of(Card["92"]), Hex.Of(certificate.Remainder.Span));
        Assert.Equal(Hex.Of(Card["9F32"]), Hex.Of(certificate.Exponent.Span));
        Assert.Equal((0x90u, 0x92u, 0x9F32u), (certificate.CertificateTag, certificate.RemainderTag, certificate.ExponentTag));
    }

    [Fact]
    public void The_icc_certificate_is_reproduced()
    {
        var certificate = PublicKeyCertificate.Issue(
            new SoftwareRsaSigner(PublishedKeys.Issuer), Card.Key("issuerModulus"), IccContent(), Card["staticData"]);
        Assert.Equal(Hex.Of(Card["9F46"]), Hex.Of(certificate.Certificate.Span));
        Assert.True(certificate.Remainder.IsEmpty);
        Assert.Equal(Hex.Of(Card["9F47"]), Hex.Of(certificate.Exponent.Span));
    }

    [Theory]
    [InlineData("caModulus", "90", "issuerPlain")]
    [InlineData("issuerModulus", "9F46", "iccPlain")]
    public void The_plain_certificates_are_recovered(string key, string certificate, string plain)
    {
        var recovered = new byte[Card[certificate].Length];
        Assert.True(Card.Key(key).TryApply(Card[certificate], recovered));
        Assert.Equal(Hex.Of(Card[plain]), Hex.Of(recovered));
    }

    [Fact]
    public void The_chain_is_verified()
    {
        var issuerCertificate = new PublicKeyCertificate(CertificateKind.IssuerPublicKey, Card["90"], Card["92"], Card["9F32"]);
        Assert.True(issuerCertificate.TryRecover(Card.Key("caModulus"), [], out var issuer, out _));
        Assert.Equal(Card.Key("issuerModulus"), issuer.Key);
        Assert.Equal(0x123456, issuer.SerialNumber);
        Assert.Equal(new ExpiryMonth(2030, 12), issuer.Expiry);

        var iccCertificate = new PublicKeyCertificate(CertificateKind.IccPublicKey, Card["9F46"], default, Card["9F47"]);
        Assert.True(iccCertificate.TryRecover(issuer.Key, Card["staticData"], out var icc, out _));
        Assert.Equal(Card.Key("iccModulus"), icc.Key);
        Assert.Null(icc.Check(CardPan, new DateOnly(2029, 12, 31)));
        Assert.Equal(
            "EMV 4.3 Book 2 §6.4 step 9: the ICC public key certificate expired before the transaction date",
            icc.Check(CardPan, new DateOnly(2030, 1, 1))?.ToString());
        Assert.Equal(8, icc.Check(Pan.Parse("1234560012345609"), new DateOnly(2029, 12, 31))?.Step);
        Assert.Equal(8, issuer.Check(Pan.Parse("2234560012345608"), new DateOnly(2029, 12, 31))?.Step);
    }

    [Fact]
    public void A_pin_encipherment_certificate_does_not_sign_the_static_data()
    {
        // EMV 4.3 Book 2 §7.1 table 23; the issuer's key is opened with the published modulus.
        using var openssl = new OpenSslRsa(PublishedKeys.Issuer);
        var key = Card.Key("iccModulus");
        var content = CertificateContent.ForPinEncipherment(CardPan, new ExpiryMonth(2029, 12), 7, key);
        var certificate = PublicKeyCertificate.Issue(openssl, Card.Key("issuerModulus"), content);
        Assert.Equal(0x9F2Du, certificate.CertificateTag);
        Assert.True(certificate.TryRecover(Card.Key("issuerModulus"), [], out var recovered, out _));
        Assert.Equal(key, recovered.Key);
        Assert.Throws<ArgumentException>(() => PublicKeyCertificate.Issue(openssl, Card.Key("issuerModulus"), content, Card["staticData"]));
    }

    [Fact]
    public void A_signer_with_another_key_than_said_is_noticed()
    {
        var wrong = new SoftwareRsaSigner(PublishedKeys.Issuer);
        var e = Assert.Throws<CryptographicException>(() => PublicKeyCertificate.Issue(wrong, Card.Key("caModulus"), IssuerContent()));
        Assert.StartsWith("The signature does not open", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90", 175, 2, "does not end with BC")]
    [InlineData("92", 0, 7, "the hash differs")]
    [InlineData("9F32", 0, 7, "the hash differs")]
    public void A_damaged_issuer_certificate_names_the_step(string element, int at, int step, string reason)
    {
        var damaged = new Dictionary<string, byte[]> { ["90"] = [.. Card["90"]], ["92"] = [.. Card["92"]], ["9F32"] = [.. Card["9F32"]] };
        damaged[element][at] ^= 0x01;
        var certificate = new PublicKeyCertificate(CertificateKind.IssuerPublicKey, damaged["90"], damaged["92"], damaged["9F32"]);
        Assert.False(certificate.TryRecover(Card.Key("caModulus"), [], out _, out var failure));
        Assert.Equal(step, failure.Step);
        Assert.Contains(reason, failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_field_of_a_certificate_is_checked()
    {
        var ca = new SoftwareRsaSigner(PublishedKeys.Ca);
        Assert.Equal(3, Failure(b => b[0] = 0x6B).Step);
        Assert.Equal(4, Failure(b => b[1] = 0x04).Step);
        Assert.Equal(9, Failure(b => b[6] = 0x13).Step);
        Assert.Equal(6, Failure(b => b[11] = 0x02).Step);
        Assert.Equal(11, Failure(b => b[12] = 0x02).Step);
        Assert.Equal(12, Failure(b => b[13] = 0xAF).Step);
        Assert.Equal(12, Failure(b => b[14] = 0x03).Step);
        Assert.Equal(12, Failure(b => b[15] = 0x00).Step);
        Assert.Equal(1, Shortened().Step);

        // Signs a changed certificate with a hash that fits it, as a faulty certification authority would.
        VerificationFailure Failure(Action<byte[]> change)
        {
            var block = Card["issuerPlain"].ToArray();
            change(block);
            SHA1.HashData([.. block.AsSpan(1, block.Length - 22), .. Card["92"], 0x03]).CopyTo(block.AsSpan(block.Length - 21));
            var signature = new byte[block.Length];
            ca.SignRaw(block, signature);
            var certificate = new PublicKeyCertificate(CertificateKind.IssuerPublicKey, signature, Card["92"], Card["9F32"]);
            Assert.False(certificate.TryRecover(ca.PublicKey, [], out _, out var failure));
            return failure;
        }

        VerificationFailure Shortened()
        {
            var certificate = new PublicKeyCertificate(CertificateKind.IssuerPublicKey, Card["90"].AsMemory(1), Card["92"], Card["9F32"]);
            Assert.False(certificate.TryRecover(ca.PublicKey, [], out _, out var failure));
            return failure;
        }
    }

    [Fact]
    public void Changed_static_data_break_the_icc_certificate()
    {
        var data = Card["staticData"].ToArray();
        data[^1] ^= 0x20;
        var certificate = new PublicKeyCertificate(CertificateKind.IccPublicKey, Card["9F46"], default, Card["9F47"]);
        Assert.False(certificate.TryRecover(Card.Key("issuerModulus"), data, out _, out var failure));
        Assert.Equal(7, failure.Step);
    }

    [Fact]
    public void Signed_static_data_are_opened_and_checked()
    {
        // EMV 4.3 Book 2 §5.1 table 3: the block is built here by hand from the table; openssl signs.
        using var openssl = new OpenSslRsa(PublishedKeys.Issuer);
        var key = Card.Key("issuerModulus");
        var signature = SignedStaticData.Sign(openssl, key, 0xDAC0, Card["staticData"]);
        byte[] message = [0x03, 0x01, 0xDA, 0xC0, .. Enumerable.Repeat((byte)0xBB, 176 - 26)];
        var block = new byte[176];
        Assert.True(key.TryApply(signature, block));
        Assert.Equal(Hex.Of([0x6A, .. message, .. SHA1.HashData([.. message, .. Card["staticData"]]), 0xBC]), Hex.Of(block));

        Assert.True(SignedStaticData.TryVerify(key, signature, Card["staticData"], out var code, out _));
        Assert.Equal(0xDAC0, code);
        Assert.False(SignedStaticData.TryVerify(key, signature, Card["staticData"].AsSpan(1), out _, out var failure));
        Assert.Equal(("Book 2 §5.4", 7), (failure.Clause, failure.Step));
    }

    static CertificateContent IssuerContent() =>
        CertificateContent.ForIssuer(CardPan.IssuerIdentifier(6), new ExpiryMonth(2030, 12), 0x123456, Card.Key("issuerModulus"));

    static CertificateContent IccContent() =>
        CertificateContent.ForIcc(CardPan, new ExpiryMonth(2029, 12), 0x123456, Card.Key("iccModulus"));
}
