namespace PersoMesh.CardSimulator.Tests;

/// <summary>EMV CPS personalization by both flows, and what may go wrong in it.</summary>
public class PersonalizationTests
{
    const string Aid = Some.PaymentAid;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Through_the_security_domain(int protocol) => AssertPersonalized(Some.Host(protocol).Personalized().Card);

    // CPS flow A: the application owns the channel, with the keys of its security domain.
    [Theory]
    [InlineData(2, 0x01)]
    [InlineData(2, 0x13)]
    [InlineData(3, 0x33)]
    public void Through_the_selected_application(int protocol, int level)
    {
        var host = Some.Host(protocol).Open();
        host.Install();
        host.Open(level, Aid);
        Assert.Equal("9000", host.StoreData(
            TestHost.Dgi(0x8000, host.Encrypt(Some.Key + Some.Key + Some.Key))
            + TestHost.Dgi(0x9000, Some.DesKcv + Some.DesKcv + Some.DesKcv)
            + TestHost.Dgi(0x8010, host.Encrypt(Some.PinBlock(host))) + TestHost.Dgi(0x9010, "0303"), p1: 0x20, last: false));
        Assert.Equal("9000", host.StoreData(Some.ClearData(), firstBlock: 1));
        Assert.Equal("6985", host.StoreData(Some.ClearData()));
        AssertPersonalized(host.Card);
    }

    // The pseudo-random challenge depends on the selected application (STANDARDS.md §10 no. 14).
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void An_application_has_another_card_challenge_than_its_security_domain(int protocol)
    {
        string Challenge(string aid)
        {
            var host = Some.Host(protocol).Open();
            host.Install();
            host.Card.Send($"00A4040006{aid}00");
            return host.Card.Send("8050000008000000000000000000")[28..40];
        }

        Assert.NotEqual(Challenge(Aid), Challenge("A00000015100"));
    }

    static void AssertPersonalized(SimulatedCard card)
    {
        var reading = CardInspector.Read(card)[Aid];
        Assert.Equal($"6F{2 + 6 + 9:X2}8406{Aid}{Some.Fci}", Convert.ToHexString(reading.Fci));
        Assert.Equal("770A" + Some.ProcessingOptions, Convert.ToHexString(reading.ProcessingOptions));
        Assert.Equal([new(1, 1)], reading.Records.Keys);
        Assert.Equal(Some.Record, Convert.ToHexString(reading.Records[new(1, 1)]));
        Assert.Equal([0x9F36, 0x9F4F], reading.DataObjects.Keys);
        Assert.Equal("9A0300", Convert.ToHexString(reading.DataObjects[0x9F4F]));
        Assert.Equal(3, reading.PinTriesLeft);
        Assert.Equal(0x9000, CardInspector.VerifyPin(card, Aid, "1234"));
        Assert.Equal([Some.DesKcv, Some.DesKcv, Some.DesKcv], card.DebugKeyCheckValues(Aid, 0x8000));
        Assert.Equal(Some.Key + Some.Key + Some.Key, Convert.ToHexString(card.DebugSecret(Aid, 0x8000)!));
        Assert.True(Assert.Single(card.Applications).IsPersonalized);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(61)]
    [InlineData(239)]
    public void Data_groupings_may_be_cut_anywhere(int size)
    {
        var host = Started();
        var longRecord = "538200FF" + new string('A', 2 * 0xFF); // longer than a short response: READ RECORD ends in 61xx
        var data = TestHost.Dgi(0x0101, Some.Record) + TestHost.Dgi(0x0B03, longRecord) + Some.ClearData();
        Assert.DoesNotContain('6', host.StoreData(data, size: size));
        var records = CardInspector.Read(host.Card)[Aid].Records;
        Assert.Equal([new(1, 1), new(11, 3)], records.Keys);
        Assert.Equal(longRecord, Convert.ToHexString(records[new(11, 3)]));
    }

    [Fact]
    public void A_cut_data_grouping_is_decrypted_as_its_first_part_said()
    {
        var host = Started();
        var dgi = TestHost.Dgi(0x8201, host.Encrypt(Some.Key));
        Assert.Equal("9000", host.StoreData(dgi[..16], p1: 0x60, last: false));
        Assert.Equal("9000", host.StoreData(dgi[16..] + Some.ClearData(), firstBlock: 1));
        Assert.Equal(Some.Key, Convert.ToHexString(host.Card.DebugSecret(Aid, 0x8201)!));
    }

    [Fact]
    public void A_data_grouping_without_end_is_refused()
    {
        var host = Started();
        Assert.Equal("6A80", host.StoreData(Some.ClearData() + "01020A70"));
    }

    [Theory]
    [InlineData("0101" + "05" + "7006112233", 0x00, "6A80")] // length of template 70
    [InlineData("0101" + "03" + "5A0100", 0x00, "6A80")] // no template 70
    [InlineData("0100" + "02" + "7000", 0x00, "6A80")] // record 0
    [InlineData("0101" + "FF0004" + "70020000", 0x00, "6A80")] // long length form for a short value
    [InlineData("3000" + "03" + "9F3602", 0x00, "6A80")] // no TLV
    [InlineData("8000" + "10" + Some.Key, 0x00, "6A80")] // secret in clear
    [InlineData("8000" + "0F" + "000102030405060708090A0B0C0D0E", 0x60, "6A80")] // no whole cipher block
    [InlineData("8010" + "08" + "0000000000000000", 0x60, "6A80")] // not a PIN block
    [InlineData("9010" + "02" + "0403", 0x00, "6A80")] // more tries left than there are
    [InlineData("9000" + "03" + "000000", 0x00, "6985")] // check values before keys
    [InlineData("9102" + "03" + "A50550", 0x00, "6A80")]
    [InlineData("0101" + "00", 0x40, "6A86")] // reserved encryption bits
    public void Bad_data_groupings_are_refused(string dgi, int p1, string status) =>
        Assert.Equal(status, Started().StoreData(dgi, p1, last: false));

    [Fact]
    public void Records_of_files_beyond_SFI_10_have_any_form()
    {
        var host = Started();
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x0B01, "112233") + TestHost.Dgi(0x1EFF, "") + Some.ClearData()));
        var records = CardInspector.Read(host.Card)[Aid].Records;
        Assert.Equal("112233", Convert.ToHexString(records[new(11, 1)]));
        Assert.Empty(records[new(30, 255)]);
    }

    [Fact]
    public void A_wrong_key_check_value_is_noticed()
    {
        var host = Started();
        host.StoreData(TestHost.Dgi(0x8000, host.Encrypt(Some.Key)), p1: 0x60, last: false);
        Assert.Equal("9315", host.StoreData(TestHost.Dgi(0x9000, "8BAF46"), last: false, firstBlock: 1));
    }

    // One check value for 32 bytes: no key of triple DES has that length.
    [Fact]
    public void Check_values_must_fit_the_keys()
    {
        var host = Started();
        host.StoreData(TestHost.Dgi(0x8000, host.Encrypt(Some.Key + Some.Key)), p1: 0x60, last: false);
        Assert.Equal("6A80", host.StoreData(TestHost.Dgi(0x9000, Some.DesKcv), last: false, firstBlock: 1));
        Assert.Equal("6A80", host.StoreData(TestHost.Dgi(0x9000, Some.DesKcv + "00"), last: false));
    }

    [Fact]
    public void A_badge_with_AES_keys()
    {
        var host = Some.Badge().Open(0x33);
        Assert.Equal("009000", host.Install(Some.BadgeAid, Blueprints.BadgeModule));
        Assert.Equal("009000", host.Personalize(Some.BadgeAid));
        Assert.Equal("9000", host.StoreData(
            TestHost.Dgi(0x8000, host.Encrypt(Some.AesKey)) + TestHost.Dgi(0x9000, Some.AesKcv) + TestHost.Dgi(0x0B01, "0102"), p1: 0x20));
        Assert.Equal([Some.AesKcv], host.Card.DebugKeyCheckValues(Some.BadgeAid, 0x8000));
    }

    [Fact]
    public void Blocks_must_come_in_order()
    {
        var host = Started();
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x0101, Some.Record), last: false));
        Assert.Equal("6A86", host.StoreData(TestHost.Dgi(0x0102, Some.Record), last: false, firstBlock: 2));
        Assert.Equal("9000", host.StoreData(Some.ClearData()));
    }

    [Fact]
    public void Block_numbers_wrap()
    {
        var host = Started();
        for (var i = 0; i < 0x101; i++)
            Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x0101, Some.Record), last: false, firstBlock: (byte)i));
        Assert.Equal("9000", host.StoreData(Some.ClearData(), firstBlock: 1));
    }

    [Fact]
    public void The_last_block_needs_all_required_data()
    {
        var host = Started();
        Assert.Equal("6A86", host.StoreData(TestHost.Dgi(0x9102, Some.Fci)));
        Assert.False(host.Card.Applications[0].IsPersonalized);
        host.Personalize();
        Assert.Equal("9000", host.StoreData(Some.ClearData()));
    }

    [Fact]
    public void Unknown_data_groupings_are_told_apart()
    {
        var host = Some.Emv(change: b => b with
        {
            Packages = [new(Blueprints.PaymentPackage, [new() { Aid = Blueprints.PaymentModule, UnknownDgis = [0x9207] }])],
        }).Open();
        host.Install();
        host.Personalize();
        Assert.Equal("6A88", host.StoreData(TestHost.Dgi(0x9207, "9F1000"), last: false));
        Assert.Equal("9000", host.StoreData(Some.ClearData()));
    }

    [Fact]
    public void A_personalized_application_takes_no_more()
    {
        var host = Some.Emv().Personalized();
        Assert.Equal("009000", host.Personalize());
        Assert.Equal("6985", host.StoreData(Some.ClearData()));
    }

    [Theory]
    [InlineData("00B2010C00")]
    [InlineData("80A80000028300" + "00")]
    [InlineData("80CA9F3600")]
    [InlineData("0020008008241234FFFFFFFFFF")]
    public void A_blank_application_gives_nothing(string command)
    {
        var host = Some.Emv().Open();
        host.Install();
        Assert.EndsWith("9000", host.Card.Send($"00A4040006{Aid}00"));
        Assert.Equal("6985", host.Card.Send(command));
    }

    [Fact]
    public void The_PIN_is_blocked_by_wrong_tries()
    {
        var card = Some.Emv().Personalized().Card;
        Assert.Equal(0x63C2, CardInspector.VerifyPin(card, Aid, "0000"));
        Assert.Equal(0x9000, CardInspector.VerifyPin(card, Aid, "1234"));
        Assert.Equal(0x63C2, CardInspector.VerifyPin(card, Aid, "12345"));
        Assert.Equal(0x63C1, CardInspector.VerifyPin(card, Aid, "0000"));
        Assert.Equal(0x63C0, CardInspector.VerifyPin(card, Aid, "0000"));
        Assert.Equal(0x6983, CardInspector.VerifyPin(card, Aid, "1234"));
        Assert.Equal(0, CardInspector.Read(card)[Aid].PinTriesLeft);
    }

    [Fact]
    public void A_PIN_block_of_format_1_has_random_fill()
    {
        var host = Started();
        host.StoreData(TestHost.Dgi(0x8010, host.Encrypt("141234A0B1C2D3E4")), p1: 0x60, last: false);
        host.StoreData(Some.ClearData(), firstBlock: 1);
        Assert.Equal(0x9000, CardInspector.VerifyPin(host.Card, Aid, "1234"));
    }

    [Theory]
    [InlineData("00B20114" + "00", "6A82")] // no file with SFI 2
    [InlineData("00B2020C" + "00", "6A83")] // no second record
    [InlineData("00B2010900", "6A86")]
    [InlineData("80CA9F1300", "6A88")]
    [InlineData("80B2010C00", "6E00")]
    [InlineData("00B0000000", "6D00")]
    public void Reading_what_is_not_there(string command, string status)
    {
        var card = Some.Emv().Personalized().Card;
        card.Send($"00A4040006{Aid}00");
        Assert.Equal(status, card.Send(command));
    }

    static TestHost Started()
    {
        var host = Some.Emv().Open();
        Assert.Equal("009000", host.Install());
        Assert.Equal("009000", host.Personalize());
        return host;
    }
}
