using FsCheck.Fluent;
using PersoMesh.SmartCard;

namespace PersoMesh.Emv.Tests;

public class CertificateProperties
{
    static readonly SoftwareRsaSigner Issuer = new(PublishedKeys.Issuer);

    [Fact]
    public void Every_certificate_that_is_issued_is_recovered() =>
        Property.Holds(
            from pan in Property.Digits(8, 19)
            from serial in Gen.Choose(0, 0xFF_FFFF)
            from month in Gen.Choose(1, 12)
            from year in Gen.Choose(1950, 2049)
            from modulus in Property.Bytes(64, 176)
            from small in Gen.Elements(true, false)
            from staticData in Property.Bytes(0, 300)
            let expiry = new ExpiryMonth(year, month)
            select (Pan: Pan.Parse(pan), Expiry: expiry, Serial: serial, Key: Key(modulus, small), StaticData: staticData),
            sample =>
            {
                var content = CertificateContent.ForIcc(sample.Pan, sample.Expiry, sample.Serial, sample.Key);
                var certificate = PublicKeyCertificate.Issue(Issuer, Issuer.PublicKey, content, sample.StaticData);
                return certificate.TryRecover(Issuer.PublicKey, sample.StaticData, out var recovered, out _)
                    && recovered.Key.Equals(sample.Key) && recovered.Expiry == sample.Expiry && recovered.SerialNumber == sample.Serial
                    && recovered.Check(sample.Pan, sample.Expiry.LastDay) is null
                    && certificate.Remainder.Length == Math.Max(0, sample.Key.ModulusLength - (176 - 42));
            },
            times: 60);

    [Fact]
    public void No_changed_bit_of_a_certificate_is_accepted() =>
        Property.Holds(
            from at in Gen.Choose(0, 175)
            from bit in Gen.Choose(0, 7)
            select (at, bit),
            change =>
            {
                var damaged = VectorFile.CardSimulator["9F46"].ToArray();
                damaged[change.at] ^= (byte)(1 << change.bit);
                var certificate = new PublicKeyCertificate(CertificateKind.IccPublicKey, damaged, default, new byte[] { 3 });
                return !certificate.TryRecover(
                    VectorFile.CardSimulator.Key("issuerModulus"), VectorFile.CardSimulator["staticData"], out _, out _);
            });

    [Fact]
    public void Verification_never_throws_whatever_the_card_says() =>
        Property.Holds(
            from certificate in Property.Hostile(VectorFile.CardSimulator["90"], VectorFile.CardSimulator["9F46"])
            from remainder in Property.Hostile(VectorFile.CardSimulator["92"])
            from exponent in Property.Bytes(0, 4)
            from kind in Gen.Elements(CertificateKind.IssuerPublicKey, CertificateKind.IccPublicKey, CertificateKind.IccPinEncipherment)
            select (certificate, remainder, exponent, kind),
            s =>
            {
                var key = VectorFile.CardSimulator.Key(s.kind == CertificateKind.IssuerPublicKey ? "caModulus" : "issuerModulus");
                new PublicKeyCertificate(s.kind, s.certificate, s.remainder, s.exponent).TryRecover(key, [], out _, out var failure);
                SignedStaticData.TryVerify(key, s.certificate, s.remainder, out _, out _);
                SignedDynamicData.TryVerify(key, s.certificate, s.remainder, out _, out _);
                SignedDynamicData.TryVerifyCombined(key, s.certificate, s.remainder, 0, s.exponent, out _, out _);
                return failure is null || failure.Step > 0;
            });

    [Fact]
    public void Any_signed_block_of_the_right_format_is_judged_without_an_exception() =>
        Property.Holds(
            from format in Gen.Elements<byte>(0x02, 0x03, 0x04, 0x05, 0x21)
            from rest in Property.Bytes(173, 173)
            select new byte[] { 0x6A, format }.Concat(rest).Append((byte)0xBC).ToArray(),
            block =>
            {
                var signature = new byte[176];
                Issuer.SignRaw(block, signature);
                new PublicKeyCertificate(CertificateKind.IccPublicKey, signature, default, new byte[] { 3 }).TryRecover(
                    Issuer.PublicKey, [], out _, out var failure);
                SignedStaticData.TryVerify(Issuer.PublicKey, signature, [], out _, out _);
                SignedDynamicData.TryVerify(Issuer.PublicKey, signature, [], out _, out _);
                SignedDynamicData.TryVerifyCombined(Issuer.PublicKey, signature, [], block[8], [], out _, out _);
                return failure is not null;
            },
            times: 60);

    [Fact]
    public void A_hostile_dump_of_a_card_ends_in_a_report() =>
        Property.Holds(
            from certificates in Property.Hostile(new SyntheticCard().Records[new(2, 1)].ToArray())
            from data in Property.Hostile(new SyntheticCard().Records[new(3, 1)].ToArray())
            from profile in Gen.Choose(0, 0xFFFF)
            from response in Property.Hostile(Hex.Bytes("77079F2701809F4B00"))
            select (certificates, data, profile, response),
            s =>
            {
                var card = new SyntheticCard { InterchangeProfile = (ushort)s.profile };
                card.Records[new(2, 1)] = s.certificates;
                card.Records[new(3, 1)] = s.data;
                var report = new OfflineDataAuthentication([SyntheticCard.Ca], SyntheticCard.Today).Check(
                    card.Read(), new InternalAuthenticateExchange(new byte[4], s.response), new GenerateAcExchange(
                        default, default, new byte[4], s.response));
                return report.Findings.Count > 0;
            },
            times: 300);

    [Fact]
    public void A_hostile_key_request_is_refused_with_one_exception() =>
        Property.Holds(
            Property.Hostile(IssuerKeyRequest.Create(
                Issuer,
                CertificateContent.ForIssuer(Hex.Bytes("123456FF"), new ExpiryMonth(2030, 12), 1, Issuer.PublicKey),
                1).Encoded.ToArray()),
            data => Property.OnlyThrows<CardDataException>(() => IssuerKeyRequest.TryOpen(data, out _, out _)),
            times: 300);

    static RsaPublicKey Key(byte[] modulus, bool small)
    {
        modulus[0] |= 0x80;
        modulus[^1] |= 0x01;
        return new RsaPublicKey(modulus, small ? [0x03] : [0x01, 0x00, 0x01]);
    }
}
