using PersoMesh.SmartCard.AnswerToReset;

namespace PersoMesh.SmartCard.Tests.AnswerToReset;

public class AtrTests
{
    [Fact]
    public void The_Estonian_identity_card_offers_both_protocols()
    {
        // Values as smartcard-atr.appspot.com (pyscard's parseATR) prints them.
        var atr = Atr.Parse(Convert.FromHexString(Samples.EstonianAtr));
        Assert.Equal(AtrConvention.Direct, atr.Convention);
        AtrInterfaceBytes[] groups =
        [
            new(1, null, 0x18, 0x00, 0x00, 0x80), new(2, 0, null, null, null, 0x31), new(3, 1, 0xFE, 0x45, null, null),
        ];
        Assert.Equal(groups, atr.InterfaceBytes);
        Assert.Equal(new AtrTransmissionFactors(372, 12, 5), atr.Factors);
        Assert.Equal(0, atr.ExtraGuardTime);
        Assert.Equal([0, 1], atr.Protocols);
        Assert.Equal(new AtrBlockProtocol(254, 4, 5, UsesCrc: false), atr.BlockProtocol);
        Assert.Equal(10, atr.WaitingTimeInteger);
        Assert.Null(atr.SpecificMode);
        Assert.Equal(AtrChecksum.Correct, atr.Checksum);

        var historical = atr.HistoricalBytes;
        Assert.Equal("803180664090A4162A00830F9000", Convert.ToHexString(historical.Bytes.Span));
        Assert.Equal(["3:80", "6:4090A4162A00", "8:0F9000"], Describe(historical));
        Assert.Equal((byte?)0x80, historical.CardServiceData);
        Assert.Equal<(byte?, ushort?)>((15, 0x9000), (historical.LifeCycle, historical.StatusWord));
        Assert.Null(historical.CardCapabilities);
    }

    [Fact]
    public void The_OpenPGP_card_has_a_status_behind_its_data_objects()
    {
        // smartcard-atr.appspot.com; category 00 ends with the status indicator without a tag.
        var atr = Atr.Parse(Convert.FromHexString(Samples.OpenPgpAtr));
        Assert.Equal(new AtrTransmissionFactors(372, 4, 5), atr.Factors);
        Assert.Equal(255, atr.ExtraGuardTime);
        Assert.Equal([1], atr.Protocols);
        Assert.Null(atr.WaitingTimeInteger);
        Assert.Equal(new AtrBlockProtocol(128, 4, 5, UsesCrc: false), atr.BlockProtocol);
        Assert.Equal(AtrChecksum.Correct, atr.Checksum);
        Assert.True(atr.HistoricalBytes.IsStandard);
        Assert.Equal(["3:C1", "7:C00100"], Describe(atr.HistoricalBytes));
        Assert.Equal<(byte?, ushort?)>((0, 0x9000), (atr.HistoricalBytes.LifeCycle, atr.HistoricalBytes.StatusWord));
    }

    [Fact]
    public void The_ACOS_card_asks_for_a_mode_and_tells_its_capabilities()
    {
        // smartcard-atr.apdu.fr: "T=1 - Capable to change - defined by interface bytes"; command chaining, extended Lc and Le, 1 channel.
        var atr = Atr.Parse(Convert.FromHexString(Samples.AcosAtr));
        Assert.Equal(new AtrTransmissionFactors(512, 32, 5), atr.Factors);
        var mode = atr.SpecificMode!.Value;
        Assert.Equal((1, true, false), (mode.Protocol, mode.CanChange, mode.HasImplicitFactors));
        Assert.Equal(new AtrBlockProtocol(254, 4, 6, UsesCrc: false), atr.BlockProtocol);
        Assert.Equal(AtrChecksum.Correct, atr.Checksum);
        var capabilities = atr.HistoricalBytes.CardCapabilities!.Value;
        Assert.Equal<(byte, byte?)>((214, 34), (capabilities.SelectionMethods, capabilities.DataCoding));
        Assert.True(capabilities.SupportsCommandChaining);
        Assert.True(capabilities.SupportsExtendedLength);
        Assert.Equal(1, capabilities.LogicalChannels);
        Assert.Null(atr.HistoricalBytes.StatusWord);
    }

    [Fact]
    public void A_SIM_tells_its_voltages()
    {
        var atr = Atr.Parse(Convert.FromHexString(Samples.SysmocomAtr));
        Assert.Equal([0], atr.Protocols);
        Assert.Equal(AtrVoltageClasses.A | AtrVoltageClasses.B | AtrVoltageClasses.C, atr.VoltageClasses);
        Assert.Equal(AtrChecksum.Correct, atr.Checksum);
        Assert.Null(atr.BlockProtocol);
    }

    [Theory]
    // LudovicRousseau/pyscard, test/test_ATR.py, with what it prints of each.
    [InlineData("3F6525002C09699000", AtrConvention.Inverse, 372, 1, 0, new[] { 0 }, 5, AtrChecksum.NotUsed)]
    [InlineData("3F65250893046C9000", AtrConvention.Inverse, 372, 1, 8, new[] { 0 }, 5, AtrChecksum.NotUsed)]
    [InlineData("3B16947C030100000D", AtrConvention.Direct, 512, 8, 0, new[] { 0 }, 6, AtrChecksum.NotUsed)]
    [InlineData("3B6500009C11010103", AtrConvention.Direct, 372, 1, 0, new[] { 0 }, 5, AtrChecksum.NotUsed)]
    [InlineData("3BE300FF81315245A1A2A31B", AtrConvention.Direct, 372, 1, 255, new[] { 1 }, 3, AtrChecksum.Correct)]
    [InlineData("3BE500008121459C100100800D", AtrConvention.Direct, 372, 1, 0, new[] { 1 }, 5, AtrChecksum.Correct)]
    [InlineData("3BF2951234013606", AtrConvention.Direct, 512, 16, 0x34, new[] { 1 }, 2, AtrChecksum.Missing)]
    // openemv/emv-utils, tests/emv_atr_parse_test.c: the basic and complex ATRs of EMV 4.3 Book 1 §8.
    [InlineData("3B600000", AtrConvention.Direct, 372, 1, 0, new[] { 0 }, 0, AtrChecksum.NotUsed)]
    [InlineData("3BE000FF81317C4192", AtrConvention.Direct, 372, 1, 255, new[] { 1 }, 0, AtrChecksum.Correct)]
    [InlineData("3BF41300FFD0000A3F0300DEADBEEFDC", AtrConvention.Direct, 372, 4, 255, new[] { 0 }, 4, AtrChecksum.Correct)]
    [InlineData("3BF41300FF9101717C4100DEADBEEFE6", AtrConvention.Direct, 372, 4, 255, new[] { 1 }, 4, AtrChecksum.Correct)]
    [InlineData("3BDA18FF81B1FE751F030031F573C78A40009000B0", AtrConvention.Direct, 372, 12, 255, new[] { 1 }, 10, AtrChecksum.Correct)]
    public void Published_ATRs_are_read_as_others_read_them(
        string hex, AtrConvention convention, int fi, int di, int guardTime, int[] protocols, int historical, AtrChecksum checksum)
    {
        var atr = Atr.Parse(Convert.FromHexString(hex));
        Assert.Equal(convention, atr.Convention);
        Assert.Equal((fi, di), (atr.Factors.ClockRateConversion, atr.Factors.BaudRateAdjustment));
        Assert.Equal(guardTime, atr.ExtraGuardTime);
        Assert.Equal(protocols, atr.Protocols);
        Assert.Equal(historical, atr.HistoricalBytes.Bytes.Length);
        Assert.Equal(checksum, atr.Checksum);
        Assert.Equal(hex, atr.ToString());
    }

    [Fact]
    public void EMV_bytes_of_T0_and_T15_are_found()
    {
        // emv-utils, complex_atr_t0_test: TA2 = 00, TC2 = 0A, TD2 = 3F, TA3 = 03, TB3 = 00.
        var atr = Atr.Parse(Convert.FromHexString("3BF41300FFD0000A3F0300DEADBEEFDC"));
        Assert.Equal((0, 10), (atr.SpecificMode!.Value.Protocol, atr.WaitingTimeInteger));
        Assert.Equal(AtrVoltageClasses.A | AtrVoltageClasses.B, atr.VoltageClasses);
    }

    [Fact]
    public void Defaults_stand_in_for_what_is_not_said()
    {
        var atr = Atr.Parse(Convert.FromHexString("3B800181"));
        Assert.Equal(new AtrTransmissionFactors(372, 1, 5), atr.Factors);
        Assert.Equal(new AtrBlockProtocol(32, 4, 13, UsesCrc: false), atr.BlockProtocol);
        Assert.Equal((AtrChecksum.Correct, 0), (atr.Checksum, atr.HistoricalBytes.Bytes.Length));
        Assert.Null(atr.HistoricalBytes.Category);
        Assert.Null(atr.VoltageClasses);
    }

    [Fact]
    public void A_wrong_checksum_is_reported()
    {
        var damaged = Convert.FromHexString(Samples.EstonianAtr);
        damaged[^1] ^= 0x01;
        Assert.Equal(AtrChecksum.Wrong, Atr.Parse(damaged).Checksum);
    }

    [Theory]
    [InlineData("", 0, "not 2 to 33 bytes long")]
    [InlineData("3B", 1, "not 2 to 33 bytes long")]
    [InlineData("4200", 0, "TS is neither 3B nor 3F")]
    [InlineData("3B10", 2, "cut off within the interface bytes")]
    [InlineData("3B8080", 3, "cut off within the interface bytes")]
    [InlineData("3B020A", 3, "cut off within the historical bytes")]
    [InlineData("3B000000", 3, "goes on after TCK")]
    public void What_does_not_end_where_it_says_is_refused(string hex, int offset, string reason)
    {
        Assert.False(Atr.TryParse(Convert.FromHexString(hex), out _));
        var error = Assert.Throws<CardDataException>(() => Atr.Parse(Convert.FromHexString(hex)));
        Assert.Equal(new CardDataError("ATR", offset, reason), error.Error);
    }

    [Fact]
    public void Thirty_four_bytes_are_too_many() => Assert.False(Atr.TryParse([0x3B, 0x00, .. new byte[32]], out _));

    [Fact]
    public void Data_objects_that_do_not_fit_are_no_data_objects()
    {
        // Tag 3 with 5 bytes announced, 2 there; category 00 with no room for its status; free text.
        foreach (var hex in new[] { "3B0480350102", "3B03009000", "3B0454455354" })
        {
            var historical = Atr.Parse(Convert.FromHexString(hex)).HistoricalBytes;
            Assert.False(historical.IsStandard);
            Assert.Empty(historical.Objects);
            Assert.Null(historical.StatusWord);
        }
    }

    static IEnumerable<string> Describe(HistoricalBytes historical) =>
        historical.Objects.Select(o => $"{o.Tag:X}:{Convert.ToHexString(o.Value.Span)}");
}
