using System.Security.Cryptography;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Emv.Tests;

public class OfflineDataAuthenticationTests
{
    static readonly OfflineDataAuthentication Terminal = new([SyntheticCard.Ca], SyntheticCard.Today);

    [Fact]
    public void The_published_card_passes_as_its_records_stand()
    {
        // mrautio/emv-card-simulator@189d514 card_setup_app_apdus.yaml: a DDA card, AIP 3C00.
        var card = VectorFile.CardSimulator;
        var records = card.Values.Where(v => v.Key.StartsWith("record-", StringComparison.Ordinal)).ToDictionary(
            v => new RecordId(byte.Parse(v.Key.Split('-')[1]), byte.Parse(v.Key.Split('-')[2])), v => (ReadOnlyMemory<byte>)v.Value);
        var locator = ApplicationFileLocator.Parse(card["94"]);
        Assert.Equal(Hex.Of(card["staticData"]), Hex.Of(StaticDataToBeAuthenticated.Assemble(locator, records, [0x82], card["82"])));

        byte[] number = [0x08, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] unpredictable = [0xCA, 0xFE, 0xBA, 0xBE];
        var report = Terminal.Check(
            new CardApplicationData(SyntheticCard.Aid, 0x3C00, locator, records),
            new InternalAuthenticateExchange(unpredictable, Template(0x80, SyntheticCard.SignDynamic(number, unpredictable))));

        Assert.True(report.Passed, string.Join("; ", report.Findings));
        Assert.Equal(OfflineDataAuthenticationMethod.Dda, report.Method);
        Assert.Equal(0x00, report.TerminalVerificationResult);
        Assert.Equal(card.Key("iccModulus"), report.Icc?.Key);
        Assert.Equal("0102030405060708", Hex.Of(report.DynamicData!.DynamicNumber.Span));
        Assert.Equal(
            [AuthenticationSubject.StaticData, AuthenticationSubject.IssuerCertificate, AuthenticationSubject.IccCertificate,
                AuthenticationSubject.DynamicDataObjectList, AuthenticationSubject.DynamicSignature],
            report.Findings.Select(f => f.Subject));
    }

    [Fact]
    public void A_card_with_everything_passes_everything()
    {
        byte[] unpredictable = [1, 2, 3, 4];
        var (response, cdol) = GenerateAc(unpredictable, cid: 0x80);
        var report = Terminal.Check(
            new SyntheticCard().Read(), generateAc: new GenerateAcExchange(Hex.Bytes("0102"), cdol, unpredictable, response));
        Assert.True(report.Passed, string.Join("; ", report.Findings));
        Assert.Equal(OfflineDataAuthenticationMethod.Cda, report.Method);
        Assert.Equal((ushort)0x1234, report.DataAuthenticationCode);
        Assert.Equal(2, report.PinEncipherment?.SerialNumber);
        Assert.Equal("1122334455667788", Hex.Of(report.DynamicData!.Cryptogram.Span));
        Assert.Equal(7, report.Findings.Count);
    }

    [Theory]
    [InlineData(0x3C00, OfflineDataAuthenticationMethod.Dda)]
    [InlineData(0x5C00, OfflineDataAuthenticationMethod.Sda)]
    [InlineData(0x7D00, OfflineDataAuthenticationMethod.Cda)]
    [InlineData(0x1C00, OfflineDataAuthenticationMethod.None)]
    public void The_method_follows_the_interchange_profile(int profile, OfflineDataAuthenticationMethod method) =>
        Assert.Equal(method, OfflineDataAuthentication.MethodOf((ushort)profile));

    [Fact]
    public void An_interchange_profile_changed_after_signing_is_found()
    {
        var card = new SyntheticCard(0x7D00) { InterchangeProfile = 0x5D00 };
        var report = Terminal.Check(card.Read());
        Assert.Equal(
            "EMV 4.3 Book 2 §5.4 step 7: the hash differs: a record that the AFL marks, or the AIP, is not what was signed",
            Failure(report, AuthenticationSubject.SignedStaticData).ToString());
        Assert.Equal(7, Failure(report, AuthenticationSubject.IccCertificate).Step);
        Assert.Equal(0x04, report.TerminalVerificationResult);
    }

    [Theory]
    [InlineData(0x8F, AuthenticationSubject.IssuerCertificate, 0x04 | 0x20)]
    [InlineData(0x90, AuthenticationSubject.IssuerCertificate, 0x04 | 0x20)]
    [InlineData(0x9F32, AuthenticationSubject.IssuerCertificate, 0x04 | 0x20)]
    [InlineData(0x9F46, AuthenticationSubject.IccCertificate, 0x04 | 0x20)]
    [InlineData(0x9F47, AuthenticationSubject.IccCertificate, 0x04 | 0x20)]
    // A CDA terminal does not look at tag 93 nor at the PIN key.
    [InlineData(0x93, AuthenticationSubject.SignedStaticData, 0x00)]
    [InlineData(0x9F2E, AuthenticationSubject.PinEnciphermentCertificate, 0x00)]
    public void A_missing_data_element_is_named(uint tag, AuthenticationSubject subject, int tvr)
    {
        var report = Terminal.Check(new SyntheticCard().With(new(2, 1), tag, null).Read());
        Assert.Contains($"{tag:X}", Failure(report, subject).Reason, StringComparison.Ordinal);
        Assert.Equal(tvr, report.TerminalVerificationResult);
    }

    [Fact]
    public void The_terminals_keys_and_dates_and_revocations_count()
    {
        var card = new SyntheticCard().Read();
        var stranger = new OfflineDataAuthentication(
            [new CaPublicKey(Hex.Bytes("A000000003"), 0x92, SyntheticCard.Ca.Key)], SyntheticCard.Today);
        Assert.Equal(
            "EMV 4.3 Book 2 §6.2: no certification authority key AFFFFFFFFF 92 was given",
            Failure(stranger.Check(card), AuthenticationSubject.IssuerCertificate).ToString());

        var late = new OfflineDataAuthentication([SyntheticCard.Ca], new DateOnly(2031, 1, 1)).Check(card);
        Assert.Equal(9, Failure(late, AuthenticationSubject.IssuerCertificate).Step);
        Assert.Equal(9, Failure(late, AuthenticationSubject.IccCertificate).Step);

        HashSet<RevokedCertificate> list = [new("AFFFFFFFFF", 0x92, 0x123456)];
        var revoked = new OfflineDataAuthentication([SyntheticCard.Ca], SyntheticCard.Today, list).Check(card);
        Assert.Equal(
            "EMV 4.3 Book 2 §6.3 step 10: the issuer certificate is revoked",
            Failure(revoked, AuthenticationSubject.IssuerCertificate).ToString());
    }

    [Fact]
    public void A_card_of_another_holder_is_noticed()
    {
        var report = Terminal.Check(new SyntheticCard().With(new(3, 1), 0x5A, Hex.Bytes("1234570012345608")).Read());
        Assert.Equal(8, Failure(report, AuthenticationSubject.IssuerCertificate).Step);
        Assert.Equal(7, Failure(report, AuthenticationSubject.IccCertificate).Step);
        Assert.DoesNotContain("12345700", string.Join("; ", report.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Records_that_break_the_rules_are_named()
    {
        var card = new SyntheticCard();
        card.Records[new(3, 1)] = Hex.Bytes("7103820100");
        AssertRefused(card, "SFI 3 record 1, which the AFL marks, is not one template 70");

        card = new SyntheticCard();
        card.Records.Remove(new(11, 4));
        AssertRefused(card, "SFI 11 record 4, which the AFL marks, is missing");

        card = new SyntheticCard();
        card.Records[new(2, 1)] = Hex.Bytes("70058F0192");
        AssertRefused(card, "not well-formed BER-TLV: SFI 2 record 1");

        card = new SyntheticCard { Locator = new([new(2, 1, 1, 0), new(3, 1, 2, 1), new(11, 4, 5, 1)]) };
        card.Records[new(3, 2)] = Hex.Bytes("70045F340101" + "0000");
        card.Records[new(2, 1)] = Hex.Bytes("70045F340101");
        AssertRefused(card, "occurs more than once: 5F34");

        card = new SyntheticCard().With(new(3, 1), 0x9F4A, [0x82, 0x5A]);
        AssertRefused(card, "something other than the one tag 82");

        static void AssertRefused(SyntheticCard card, string reason) => Assert.Contains(
            reason, Failure(Terminal.Check(card.Read()), AuthenticationSubject.StaticData).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ddol_without_the_unpredictable_number_makes_dda_fail()
    {
        var report = Terminal.Check(new SyntheticCard(0x3C00).With(new(2, 1), 0x9F49, Hex.Bytes("9F0206")).Read());
        Assert.Equal(
            "EMV 4.3 Book 2 §6.5.1 step 1: the DDOL (9F49) does not ask for the unpredictable number (9F37, 4 bytes)",
            Failure(report, AuthenticationSubject.DynamicDataObjectList).ToString());
        Assert.Equal(0x08, report.TerminalVerificationResult);
    }

    [Theory]
    // Book 2 §6.6.2: what differs, and the step that finds it.
    [InlineData("cid", 6)]
    [InlineData("unpredictable number", 9)]
    [InlineData("pdol", 12)]
    [InlineData("atc", 12)]
    public void Changed_transaction_data_break_the_combined_signature(string what, int step)
    {
        byte[] unpredictable = [1, 2, 3, 4];
        var (response, cdol) = GenerateAc(
            unpredictable, cid: 0x80, cidInAnswer: what == "cid" ? (byte)0x40 : (byte)0x80, atcInAnswer: what == "atc" ? "0002" : "0001");
        var exchange = new GenerateAcExchange(
            Hex.Bytes(what == "pdol" ? "0103" : "0102"), cdol, what == "unpredictable number" ? [4, 3, 2, 1] : unpredictable, response);
        Assert.Equal(
            step, Failure(Terminal.Check(new SyntheticCard().Read(), generateAc: exchange), AuthenticationSubject.CombinedSignature).Step);
    }

    [Fact]
    public void Answers_without_a_signature_are_missing_data()
    {
        var card = new SyntheticCard().Read();
        var report = Terminal.Check(
            card, new InternalAuthenticateExchange(new byte[4], Hex.Bytes("7700")), new GenerateAcExchange(
                default, default, new byte[4], Hex.Bytes("77039F2701")));
        Assert.True(report.Findings.Single(f => f.Subject == AuthenticationSubject.DynamicSignature).IsDataMissing);
        Assert.True(report.Findings.Single(f => f.Subject == AuthenticationSubject.CombinedSignature).IsDataMissing);
    }

    [Theory]
    // openemv/emv-utils@c29b155 src/emv_capk_static_data.h: the check sums that the schemes publish with their test keys.
    [InlineData("A000000003", 0x94, true)]
    [InlineData("A000000004", 0xF1, false)]
    public void Check_sums_of_scheme_keys_are_those_published(string rid, byte index, bool visa)
    {
        var vectors = visa ? VectorFile.Visa94 : VectorFile.MastercardF1;
        var key = new CaPublicKey(Hex.Bytes(rid), index, vectors.Key("caModulus"));
        Assert.Equal(Hex.Of(vectors["caCheckSum"]), Hex.Of(key.ComputeCheckSum()));
    }

    static (byte[] Response, byte[] Cdol) GenerateAc(byte[] unpredictable, byte cid, byte? cidInAnswer = null, string atcInAnswer = "0001")
    {
        byte[] pdol = [0x01, 0x02];
        byte[] cdol = [0xAA, 0xBB, .. unpredictable];
        byte[] beforeSignature = [0x9F, 0x27, 0x01, cid, 0x9F, 0x36, 0x02, 0x00, 0x01];
        byte[] afterSignature = Hex.Bytes("9F10020607");
        byte[] hash = SHA1.HashData([.. pdol, .. cdol, .. beforeSignature, .. afterSignature]);
        byte[] dynamicData = [0x02, 0xD1, 0xD2, cid, .. Hex.Bytes("1122334455667788"), .. hash];
        using var answer = new TlvWriter();
        answer.Begin(0x77).Write(0x9F27, cidInAnswer ?? cid).Write(0x9F36, Hex.Bytes(atcInAnswer));
        answer.Write(0x9F4B, SyntheticCard.SignDynamic(dynamicData, unpredictable)).WriteEncoded(afterSignature);
        return (answer.End().ToArray(), cdol);
    }

    static byte[] Template(BerTag tag, byte[] value)
    {
        using var writer = new TlvWriter();
        return writer.Write(tag, value).ToArray();
    }

    static VerificationFailure Failure(OfflineDataAuthenticationReport report, AuthenticationSubject subject) =>
        report.Findings.Single(f => f.Subject == subject).Failure!;
}
