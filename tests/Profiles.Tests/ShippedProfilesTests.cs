namespace PersoMesh.Profiles.Tests;

/// <summary>
/// The profiles in <c>profiles/</c>, from the issuer's fields to the bytes on the card. The bytes are put together by hand from the
/// rules of BER-TLV and the formats of EMV 4.3 Book 3 annex A.
/// </summary>
public class ShippedProfilesTests
{
    static readonly ProfileLibrary Library = ProfileLibrary.Load(Path.Combine(AppContext.BaseDirectory, "profiles"));

    static readonly Dictionary<string, string> DebitCard = new(StringComparer.Ordinal)
    {
        ["cardId"] = "C-1",
        ["pan"] = "4000 0012-3456 7899",
        ["expiry"] = "02/28",
        ["serviceCode"] = "201",
        ["firstName"] = "Zoë",
        ["lastName"] = "Groß",
        ["sequence"] = "01",
        ["discretionary"] = "12345",
        ["pinBlock"] = "0123456789ABCDEF",
    };

    static readonly Dictionary<string, string> Badge = new(StringComparer.Ordinal)
    {
        ["badgeNumber"] = "123456",
        ["firstName"] = "Zoë",
        ["lastName"] = "Müller",
        ["department"] = "F&E Süd",
        ["validUntil"] = "2027-12-31",
        ["zones"] = "a, B3,LAB",
        ["costCentre"] = "",
        ["photo"] = "",
    };

    [Fact]
    public void They_have_neither_faults_nor_warnings()
    {
        Assert.Empty(Library.Faults);
        Assert.Equal(["access-badge@1", "campus-card@1", "emv-complete@1", "emv-dda@1", "emv-debit@1", "id-pkcs15@1"], Library.All.Select(p => p.Reference));
    }

    [Theory]
    [InlineData("9102", "A516" + "500A44454D4F204445424954" + "870101" + "5F2D046465656E")] // "DEMO DEBIT", "deen"
    [InlineData("9104", "82021800" + "94080801010010010100")]
    // 57: 16 digits, D, 4 + 3 + 5 digits = 29, padded with F to 15 bytes. 5F20: "GROß/ZOË", ß = DF and Ë = CB in ISO/IEC 8859-1.
    [InlineData("0101", "701C" + "570F4000001234567899D280220112345F" + "5F200847524FDF2F5A4FCB")]
    // 5F24: 29 February 2028, the last day of the month. Lengths: 10+6+5+5+4 + 23 + 25 + 18 + 5+5+8+8+8 + 5+4 = 139 = 8B.
    [InlineData("0201", "70818B" + "5A084000001234567899" + "5F2403280229" + "5F28020276" + "5F30020201" + "5F340101"
        + "8C15" + "9F02069F03069F1A0295055F2A029A039C019F3704" + "8D17" + "8A029F02069F03069F1A0295055F2A029A039C019F3704"
        + "8E10" + "000000000000000041034203" + "5E031F00" + "9F0702FF00" + "9F08020001"
        + "9F0D05FC50A00000" + "9F0E050000000000" + "9F0F05F870A49800" + "9F42020978" + "9F440102")]
    [InlineData("9010", "0303")]
    public void Emv_debit_gives_the_card_these_bytes(string dgi, string expected) =>
        Assert.Equal(expected, Rendered("emv-debit", dgi, DebitCard));

    [Theory]
    [InlineData("9102", "A507" + "50054241444745")] // "BADGE"
    // "Zoë Müller" in ISO/IEC 8859-1, 31 December 2027, number 00123456, "F&E Süd" in UTF-8, "A,B3,LAB": 13+6+7+11+11 = 48 = 30h.
    [InlineData("0101", "7030" + "5F200A5A6FEB204DFC6C6C6572" + "5F2403271231"
        + "DF010400123456" + "DF02084626452053C3BC64" + "DF0308412C42332C4C4142")]
    public void Access_badge_gives_the_card_these_bytes(string dgi, string expected) =>
        Assert.Equal(expected, Rendered("access-badge", dgi, Badge));

    [Fact]
    public void Emv_debit_has_its_keys_and_PIN_made_by_the_security_module()
    {
        var profile = Library.Get("emv-debit");
        var fields = FieldsOf(profile, DebitCard);
        Assert.Equal(
            new SecretParameters[]
            {
                new EmvMasterKeyParameters("IMK-AC", "4000001234567899", "01"),
                new EmvMasterKeyParameters("IMK-SMI", "4000001234567899", "01"),
                new EmvMasterKeyParameters("IMK-SMC", "4000001234567899", "01"),
            },
            Grouping<SecretGrouping>(profile, "8000").Resolve(fields));
        var pin = Assert.IsType<PinBlockParameters>(Assert.Single(Grouping<SecretGrouping>(profile, "8010").Resolve(fields)));
        Assert.Equal(("0123456789ABCDEF", PinFormat.Iso0, PinFormat.Iso2), (Convert.ToHexString(pin.Block), pin.From, pin.To));
        Assert.Equal("8000", Grouping<CheckValuesGrouping>(profile, "9000").Of.ToString());
        Assert.Equal(["9102", "9104", "0101", "0201", "8000", "9000", "8010", "9010"],
            profile.Chip!.Applications[0].Data.Select(d => d.Dgi.ToString()));
        Assert.Equal(["IMK-AC", "IMK-SMC", "IMK-SMI", "KMC-EMV", "ZPK"], profile.KeyLabels.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Access_badge_has_a_key_of_its_own()
    {
        var profile = Library.Get("access-badge");
        var parts = Grouping<SecretGrouping>(profile, "8000").Resolve(FieldsOf(profile, Badge));
        var key = Assert.IsType<AesKeyParameters>(Assert.Single(parts));
        Assert.Equal(("SITE-MASTER", "0100123456"), (key.Master, Convert.ToHexString(key.Diversifier)));
        Assert.Null(profile.MagneticStripe);
        Assert.Null(profile.Embossing);
        Assert.Equal("photo", profile.Printing!.Photo!.Field);
    }

    [Fact]
    public void Emv_debit_writes_the_stripe_and_the_face()
    {
        var profile = Library.Get("emv-debit");
        var fields = FieldsOf(profile, DebitCard);
        Assert.Equal("%B4000001234567899^GROSS/ZOE^280220112345?", profile.MagneticStripe!.Track1!.Render(n => fields[n]));
        Assert.Equal(";4000001234567899=280220112345?", profile.MagneticStripe.Track2!.Render(n => fields[n]));
        Assert.Equal(["4000 0012 3456 7899", "02/28", "ZOE GROSS"], profile.Embossing!.Lines.Select(l => l.Text.Render(n => fields[n])));
    }

    [Fact]
    public void The_channels_are_those_of_the_cards()
    {
        var emv = Library.Get("emv-debit").Chip!.Channel;
        Assert.Equal((ChannelProtocol.Scp02, (byte?)0x55, 0x03, (byte)0x20, "emv-cps"),
            (emv.Protocol, emv.Implementation, (int)emv.Level, emv.KeyVersion, emv.Diversification));
        var badge = Library.Get("access-badge").Chip!.Channel;
        Assert.Equal((ChannelProtocol.Scp03, (byte?)0x70, 0x33, (byte)0x30, "kdf3"),
            (badge.Protocol, badge.Implementation, (int)badge.Level, badge.KeyVersion, badge.Diversification));
    }

    [Fact]
    public void Secret_inputs_make_the_fields_of_them_secret() => Assert.Equal(
        ["discretionary", "pan", "panDigits", "panGrouped", "pinBlock", "track1", "track2"],
            Library.Get("emv-debit").SecretNames.Order(StringComparer.Ordinal));

    [Fact]
    public void The_formats_are_read_as_written()
    {
        var input = Library.Get("emv-debit").Input;
        Assert.Equal((',', "utf-8", true, "iso-8859-1"),
            (input.Csv!.Delimiter, input.Csv.Encoding.WebName, input.JsonLines, input.Text!.Encoding.WebName));
        Assert.Equal(["EMB", "ENC", "PIC", "SCRD"], input.Text.Lines.Select(l => l.Key));
        Assert.Equal([false, false, true, false], input.Text.Lines.Select(l => l.IsIgnored));
        Assert.Equal((true, "", 32, false),
            (input.Fields[0].IsRequired, input.Fields[0].Default, input.Fields[0].MaxLength, input.Fields[0].IsSecret));
        Assert.Equal("01", input.Fields.Single(f => f.Name == "sequence").Default);
        Assert.Equal((';', "iso-8859-15"),
            (Library.Get("access-badge").Input.Csv!.Delimiter, Library.Get("access-badge").Input.Csv!.Encoding.WebName));
        Assert.Equal(["costCentre"], Library.Get("access-badge").Input.Ignored);
    }

    static string Rendered(string name, string dgi, Dictionary<string, string> inputs)
    {
        var profile = Library.Get(name);
        return Convert.ToHexString(Grouping<ClearGrouping>(profile, dgi).Render(FieldsOf(profile, inputs)));
    }

    static IReadOnlyDictionary<string, string> FieldsOf(CardProfile profile, Dictionary<string, string> inputs)
    {
        var outcome = profile.Fields.Compile().Evaluate(inputs);
        return outcome.Outputs ?? throw new InvalidOperationException(outcome.ToString());
    }

    static T Grouping<T>(CardProfile profile, string dgi) where T : DataGrouping =>
        Assert.IsType<T>(profile.Chip!.Applications[0].Data.Single(d => d.Dgi.ToString() == dgi));
}
