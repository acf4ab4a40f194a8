namespace PersoMesh.Emv.Tests;

/// <summary>Scheme test cards whose public parts openemv/emv-utils@c29b155 publishes, verified with the schemes' test keys.</summary>
public class TestCardTests
{
    [Fact]
    public void The_visa_test_card_has_a_valid_issuer_certificate_and_dda_signature()
    {
        var card = VectorFile.Visa94;
        var certificate = new PublicKeyCertificate(CertificateKind.IssuerPublicKey, card["90"], default, new byte[] { 3 });
        Assert.True(certificate.TryRecover(card.Key("caModulus"), [], out var issuer, out _));
        Assert.Equal(card.Key("issuerModulus"), issuer.Key);
        Assert.Equal((0x03DA0A, new ExpiryMonth(2031, 12)), (issuer.SerialNumber, issuer.Expiry));
        Assert.Null(issuer.Check(Pan.Parse("4761739001010119"), new DateOnly(2031, 12, 31)));
        Assert.Equal(9, issuer.Check(Pan.Parse("4761739001010119"), new DateOnly(2032, 1, 1))?.Step);

        // emv_rsa_test.c: DDOL 9F3704, ICC dynamic number 00AE.
        Assert.True(SignedDynamicData.TryVerify(card.Key("iccModulus"), card["9F4B"], card["ddolData"], out var data, out _));
        Assert.Equal("00AE", Hex.Of(data.DynamicNumber.Span));
        Assert.False(SignedDynamicData.TryVerify(card.Key("iccModulus"), card["9F4B"], new byte[4], out _, out var failure));
        Assert.Equal(("Book 2 §6.5.2", 7), (failure.Clause, failure.Step));
    }

    [Fact]
    public void Without_its_static_data_the_visa_icc_certificate_fails_at_the_hash_and_no_earlier()
    {
        var card = VectorFile.Visa94;
        var certificate = new PublicKeyCertificate(CertificateKind.IccPublicKey, card["9F46"], card["9F48"], new byte[] { 3 });
        Assert.False(certificate.TryRecover(card.Key("issuerModulus"), [], out _, out var failure));
        Assert.Equal(("Book 2 §6.4", 7), (failure.Clause, failure.Step));
        Assert.False(SignedStaticData.TryVerify(card.Key("issuerModulus"), card["93"], [], out _, out failure));
        Assert.Equal(("Book 2 §5.4", 7), (failure.Clause, failure.Step));
    }

    [Fact]
    public void The_mastercard_test_card_signs_cryptogram_and_transaction_data()
    {
        var card = VectorFile.MastercardF1;
        var certificate = new PublicKeyCertificate(CertificateKind.IssuerPublicKey, card["90"], default, new byte[] { 3 });
        Assert.True(certificate.TryRecover(card.Key("caModulus"), [], out var issuer, out _));
        Assert.Equal(card.Key("issuerModulus"), issuer.Key);

        // The transaction data are not published: everything up to their hash (step 12) is checked. CID 00 is signed.
        Assert.False(SignedDynamicData.TryVerifyCombined(
            card.Key("iccModulus"), card["9F4B"], card["unpredictableNumber"], 0x00, [], out _, out var failure));
        Assert.Equal(("Book 2 §6.6.2", 12), (failure.Clause, failure.Step));
        Assert.False(SignedDynamicData.TryVerifyCombined(
            card.Key("iccModulus"), card["9F4B"], card["unpredictableNumber"], 0x80, [], out _, out failure));
        Assert.Equal(6, failure.Step);
        Assert.False(SignedDynamicData.TryVerifyCombined(card.Key("iccModulus"), card["9F4B"], new byte[4], 0x00, [], out _, out failure));
        Assert.Equal(9, failure.Step);
    }

}
