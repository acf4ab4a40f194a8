namespace PersoMesh.Emv.Tests;

/// <summary>
/// Whole chains of two cards of schemes in force at their time, with everything that was signed: lumag/emv-tools@fcd6aa0. From the scheme's
/// key to static data authentication, dynamic data authentication and the combined form.
/// </summary>
public class PublishedChainTests
{
    [Fact]
    public void Static_data_authentication_succeeds_from_the_scheme_key_to_the_signed_data()
    {
        var card = VectorFile.EmvToolsSda;
        var ca = new CaPublicKey(Hex.Bytes("A000000003"), 0x01, card.Key("caModulus"));
        Assert.Equal(Hex.Of(card["caCheckSum"]), Hex.Of(ca.ComputeCheckSum()));
        Assert.True(Certificate(card, CertificateKind.IssuerPublicKey, "90", "92", "9F32").TryRecover(ca.Key, [], out var issuer, out _));
        Assert.Equal((0x0042B3, new ExpiryMonth(2009, 12), card.Key("issuerModulus")), (issuer.SerialNumber, issuer.Expiry, issuer.Key));

        Assert.True(SignedStaticData.TryVerify(issuer.Key, card["93"], card["staticData"], out var code, out _));
        Assert.Equal(0x3132, code);
        AssertChangesAreNoticed(card["staticData"], data => SignedStaticData.TryVerify(issuer.Key, card["93"], data, out _, out _));
    }

    [Fact]
    public void Dynamic_data_authentication_succeeds_from_the_scheme_key_to_the_cards_signature()
    {
        var card = VectorFile.EmvToolsDdaCda;
        var icc = RecoverIcc(card);
        Assert.True(SignedDynamicData.TryVerify(icc.Key, card["ddaSignature"], card["ddaUnpredictableNumber"], out var data, out _));
        Assert.Equal("7A33FB8C9546E1E7", Hex.Of(data.DynamicNumber.Span));
        AssertChangesAreNoticed(card["ddaUnpredictableNumber"], number => SignedDynamicData.TryVerify(icc.Key, card["ddaSignature"], number, out _, out _));
    }

    [Fact]
    public void The_combined_signature_covers_cryptogram_and_transaction_data()
    {
        var card = VectorFile.EmvToolsDdaCda;
        var icc = RecoverIcc(card);
        byte[] transaction = [.. card["cdaCdol1Values"], .. card["cdaAnswerWithoutSignature"]];
        Assert.True(SignedDynamicData.TryVerifyCombined(
            icc.Key, card["cdaSignature"], card["cdaUnpredictableNumber"], 0x40, transaction, out var data, out _));
        Assert.Equal(("4CC2FB1FAFB30915", 0x40), (Hex.Of(data.DynamicNumber.Span), data.CryptogramInformation));
        AssertChangesAreNoticed(transaction, changed =>
            SignedDynamicData.TryVerifyCombined(icc.Key, card["cdaSignature"], card["cdaUnpredictableNumber"], 0x40, changed, out _, out _));
        AssertChangesAreNoticed(card["cdaUnpredictableNumber"], number =>
            SignedDynamicData.TryVerifyCombined(icc.Key, card["cdaSignature"], number, 0x40, transaction, out _, out _));
    }

    static CertificateContent RecoverIcc(VectorFile card)
    {
        var ca = new CaPublicKey(Hex.Bytes("A000000004"), 0x05, card.Key("caModulus"));
        Assert.Equal(Hex.Of(card["caCheckSum"]), Hex.Of(ca.ComputeCheckSum()));
        Assert.True(Certificate(card, CertificateKind.IssuerPublicKey, "90", "92", "9F32").TryRecover(ca.Key, [], out var issuer, out _));
        Assert.Equal(card.Key("issuerModulus"), issuer.Key);
        var certificate = Certificate(card, CertificateKind.IccPublicKey, "9F46", remainder: null, "9F47");
        Assert.True(certificate.TryRecover(issuer.Key, card["staticData"], out var icc, out _));
        Assert.Equal((new ExpiryMonth(2015, 6), card.Key("iccModulus")), (icc.Expiry, icc.Key));
        AssertChangesAreNoticed(card["staticData"], data => certificate.TryRecover(issuer.Key, data, out _, out _));
        return icc;
    }

    static PublicKeyCertificate Certificate(VectorFile card, CertificateKind kind, string certificate, string? remainder, string exponent) =>
        new(kind, card[certificate], remainder is null ? default(ReadOnlyMemory<byte>) : card[remainder], card[exponent]);

    static void AssertChangesAreNoticed(byte[] data, Func<byte[], bool> verify)
    {
        for (var i = 0; i < data.Length; i += 8)
        {
            byte[] changed = [.. data];
            changed[i] ^= 0x01;
            Assert.False(verify(changed), $"byte {i}");
        }
    }
}
