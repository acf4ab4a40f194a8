using PersoMesh.Fixtures;
using PersoMesh.Keys;
using PersoMesh.Pkcs11;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>
/// Fields that take the issuer's keys, computed in a token. CVV and PVV are compared with those that psec publishes.
/// </summary>
public sealed class FieldComputationTests : IClassFixture<FieldComputationTests.Token>
{
    readonly ISecuritySession _session;

    public FieldComputationTests(Token token) => _session = token.Module.OpenSession();

    [Theory]
    // psec@90ccbf3 psec/cvv.py (example) and tests/test_cvv.py.
    [InlineData("1234567890123456", "9912", "220", "170")]
    public void A_CVV_is_that_of_psec(string pan, string expiry, string serviceCode, string expected)
    {
        var fields = Compute("v: { cvv: { key: CVK, pan: \"{pan}\", expiry: \"{expiry}\", serviceCode: \"{code}\" } }", pan, expiry, serviceCode);
        Assert.Equal(expected, fields["v"]);
    }

    [Fact]
    public void The_variants_are_CVVs_with_another_service_code_or_order_of_the_date()
    {
        const string Pan = "1234567890123456";
        string Cvv(string expiry, string code) =>
            Compute("v: { cvv: { key: CVK, pan: \"{pan}\", expiry: \"{expiry}\", serviceCode: \"{code}\" } }", Pan, expiry, code)["v"];
        string Of(string field, string expiry) => Compute($"v: {{ {field} }}", Pan, expiry, "220")["v"];

        Assert.Equal(Cvv("1112", "999"), Of("icvv: { key: CVK, pan: \"{pan}\", expiry: \"{expiry}\" }", "1112"));
        Assert.Equal(Cvv("1211", "000"), Of("cvv2: { key: CVK, pan: \"{pan}\", expiry: \"{expiry}\" }", "1112"));
        Assert.Equal(Cvv("1112", "000"), Of("cvv2: { key: CVK, pan: \"{pan}\", expiry: \"{expiry}\", dateOrder: YYMM }", "1112"));
    }

    [Theory]
    // psec@90ccbf3 psec/pin.py (example) and tests/test_pin.py, generate_visa_pvv.
    [InlineData("1122334455667788", 3, "4524", "4021")]
    [InlineData("1122334455667788", 1, "4524", "8523")]
    [InlineData("1122334455667718", 1, "0570", "3144")]
    public void A_PVV_is_that_of_psec(string pan, int index, string pin, string expected)
    {
        // Format 2 needs no PAN, and the zone key enciphers it here as the issuer's PIN system would.
        using var zoneKey = new SoftwareKey(KeyAlgorithm.TripleDes, Token.Zpk);
        var block = Convert.FromHexString($"2{pin.Length:X}{pin}".PadRight(16, 'F'));
        zoneKey.EncryptEcb(block, block);
        var fields = Compute(
            $"v: {{ pvv: {{ key: PVK, index: {index}, pan: \"{{pan}}\", pinBlock: {{ block: \"{{block}}\", key: ZPK, from: iso-2 }} }} }}",
            pan, "2912", "201", Convert.ToHexString(block));
        Assert.Equal(expected, fields["v"]);
    }

    [Fact]
    public void A_field_may_use_what_stands_above_it_and_be_used_below_it()
    {
        var fields = Compute("""
            digits: { from: "{pan}", steps: [ remove: { characters: " " } ] }
              v: { cvv: { key: CVK, pan: "{digits}", expiry: "{expiry}", serviceCode: "{code}" } }
              data: "1{v}"
              w: { icvv: { key: CVK, pan: "{digits}", expiry: "{expiry}" } }
              both: "{data}{w}"
            """, "1234 5678 9012 3456", "9912", "220");
        Assert.Equal("1170", fields["data"]);
        Assert.Equal("1170" + fields["w"], fields["both"]);
    }

    [Theory]
    [InlineData("1234567890123456", "9913", "220", "v: 'expiry' is no month, YYMM.")]
    [InlineData("1234567890123456", "99", "220", "v: 'expiry' is not 4 decimal digits.")]
    [InlineData("1234567890123456", "9912", "22", "v: 'serviceCode' is not 3 decimal digits.")]
    [InlineData("123456", "9912", "220", "v: 'pan' is not 8 to 19 decimal digits.")]
    public void What_does_not_fit_is_refused_with_its_field_and_without_its_value(string pan, string expiry, string code, string expected)
    {
        var refusal = Assert.Throws<PreparedJobException>(() =>
            Compute("v: { cvv: { key: CVK, pan: \"{pan}\", expiry: \"{expiry}\", serviceCode: \"{code}\" } }", pan, expiry, code));
        Assert.Equal(expected, refusal.Message);
    }

    [Fact]
    public void A_PIN_block_of_another_key_is_refused()
    {
        var refusal = Assert.Throws<PreparedJobException>(() => Compute(
            "v: { pvv: { key: PVK, index: 1, pan: \"{pan}\", pinBlock: { block: \"{block}\", key: ZPK, from: iso-2 } } }",
            "1234567890123456", "9912", "220", "0123456789ABCDEF"));
        Assert.Equal("v", refusal.Where);
    }

    [Theory]
    [InlineData(739_871, "79927398713")] // the example of Luhn's method in many texts: 7992739871 has the check digit 3
    [InlineData(0, "79920000001")]
    [InlineData(999_999, "79929999997")]
    public void A_card_number_is_prefix_counter_and_check_digit(long number, string expected) => Assert.Equal(expected, Number(number));

    [Fact]
    public void A_counter_that_has_passed_its_digits_is_refused()
    {
        var refusal = Assert.Throws<PreparedJobException>(() => Number(1_000_000));
        Assert.Equal("v: counter 'pan' has passed its last number: 6 digits hold no more.", refusal.Message);
    }

    string Number(long number) =>
        new FieldComputation(Profile("v: { cardNumber: { counter: pan, prefix: \"7992\", length: 11, luhn: true } }"))
            .Compute(_session, Inputs("", "", "", ""), new Dictionary<string, long> { ["pan"] = number })["v"];

    IReadOnlyDictionary<string, string> Compute(string field, string pan, string expiry, string code, string block = "") =>
        new FieldComputation(Profile(field)).Compute(_session, Inputs(pan, expiry, code, block), new Dictionary<string, long>());

    static Dictionary<string, string> Inputs(string pan, string expiry, string code, string block) =>
        new() { ["cardId"] = "1", ["pan"] = pan, ["expiry"] = expiry, ["code"] = code, ["block"] = block };

    static CardProfile Profile(string field) => ProfileLibrary.Read("p.yaml", $$"""
        profile: p
        version: 1
        title: Some card
        pool: test
        retentionDays: 1
        maxAttempts: 1
        input:
          identifier: cardId
          ignore: [{{string.Join(", ", new[] { "pan", "expiry", "code", "block" }.Where(name => !field.Contains($"{{{name}}}", StringComparison.Ordinal)))}}]
          fields: { cardId: { required: true }, pan: { secret: true }, expiry: {}, code: {}, block: { secret: true } }
          formats: { jsonl: {} }
        fields:
          {{field}}
        magneticStripe:
          track2: "{cardId}"
        """).Require();

    /// <summary>A token with an issuer's verification keys.</summary>
    public sealed class Token : IDisposable
    {
        readonly SoftHsmFixture _hsm = new();

        public Token()
        {
            Import("CVK", "0123456789ABCDEFFEDCBA9876543210");
            Import("CVK-LEFT", "0123456789ABCDEF0123456789ABCDEF");
            Import("PVK", "0123456789ABCDEFFEDCBA9876543210");
            _hsm.Import("ZPK", KeyAlgorithm.TripleDes, Zpk);
            Module = Pkcs11SecurityModule.Open(_hsm.Options(maxSessions: 20));
        }

        public static byte[] Zpk { get; } = Convert.FromHexString("1A2B3C4D5E6F708192A3B4C5D6E7F809");

        public ISecurityModule Module { get; }

        public void Dispose()
        {
            Module.Dispose();
            _hsm.Dispose();
        }

        void Import(string label, string value) => _hsm.Import(label, KeyAlgorithm.TripleDes, Convert.FromHexString(value));
    }
}
