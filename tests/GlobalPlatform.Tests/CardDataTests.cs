using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class CardDataTests
{
    [Fact]
    public void The_registry_of_a_real_card_is_read()
    {
        var entries = GetStatus.Parse(Hex.Bytes(CardDataVectors.LoadFilesStatus));
        Assert.Equal(
            ["A0000000035350 01", "A000000004 01", "325041592E 01", "F000071180 01", "A00000042120 01", "D0D1D2D3D4D501 01"],
                entries.Select(e => e.ToString()));
        Assert.All(entries, e => Assert.Null(e.Privileges));
    }

    [Fact]
    public void All_data_objects_of_an_entry_are_read()
    {
        var entry = Assert.Single(GetStatus.Parse(Hex.Bytes(CardDataVectors.IssuerSecurityDomainStatus)));
        Assert.Equal("A000000003000000", Convert.ToHexString(entry.Aid.Span));
        Assert.Equal((byte)0x01, entry.LifeCycle);
        Assert.Equal((Privileges)0x9EFE80, entry.Privileges);
        Assert.Equal([0x40, 0x41, 0x42, 0x43, 0x80, 0x81, 0x82, 0x83], entry.ImplicitSelection);
        Assert.Equal("D276000005AAFFCAFE0001", Convert.ToHexString(entry.LoadFileAid.Span));
        Assert.Equal("0001", Convert.ToHexString(entry.Version.Span));
        Assert.Equal("A000000003000000", Convert.ToHexString(entry.SecurityDomainAid.Span));
    }

    [Fact]
    public void Privileges_of_one_byte_and_unknown_tags_are_taken()
    {
        var entry = Assert.Single(GetStatus.Parse(Hex.Bytes(CardDataVectors.IssuerSecurityDomainStatusOldStyle)));
        Assert.Equal(Privileges.SecurityDomain, entry.Privileges);
        Assert.Equal((byte)0x07, entry.LifeCycle);
    }

    [Fact]
    public void Modules_of_a_load_file_are_read()
    {
        // kaoh/globalplatform scp03Test.c: the answer of an eUICC to GET STATUS P1 10, and P1 20 for comparison.
        var session = Scp03Vectors.KaohSessions[1];
        var files = GetStatus.Parse(Hex.Response(session.Answers[0]).Data.Span);
        var filesAndModules = GetStatus.Parse(Hex.Response(session.Answers[3]).Data.Span);
        Assert.Equal("A000000151", Convert.ToHexString(files[0].SecurityDomainAid.Span));
        Assert.Equal("0100", Convert.ToHexString(files[0].Version.Span));
        Assert.Equal("A0000000090005FFFFFFFF8912000064", Convert.ToHexString(files[^1].Aid.Span));
        Assert.NotEmpty(filesAndModules);
    }

    [Theory]
    [InlineData("E2034F0101")]
    [InlineData("E3039F7001")]
    [InlineData("E305C503000000")]
    [InlineData("E3")]
    public void What_is_no_registry_data_is_refused(string data) =>
        Assert.Throws<SmartCard.CardDataException>(() => GetStatus.Parse(Hex.Bytes(data)));

    [Theory]
    [InlineData(CardDataVectors.CardDataScp02, "2.1.1", 2, 0x15)]
    [InlineData(CardDataVectors.CardDataScp03AndScp80, "2.2", 3, 0x70)]
    [InlineData(CardDataVectors.CardDataScp0255, "2.3", 2, 0x55)]
    public void Card_data_tell_version_and_secure_channel(string data, string version, int protocol, byte implementation)
    {
        var cardData = CardRecognitionData.Parse(Hex.Bytes(data));
        Assert.Equal(version, cardData.Version);
        Assert.Equal(implementation, cardData.ImplementationOf((SecureChannelProtocol)protocol));
        Assert.Null(cardData.ImplementationOf((SecureChannelProtocol)(5 - protocol)));
    }

    [Fact]
    public void Protocols_that_this_library_does_not_speak_are_listed_too() => Assert.Equal(
        [new OfferedProtocol(0x03, 0x70), new OfferedProtocol(0x80, 0x00)],
        CardRecognitionData.Parse(Hex.Bytes(CardDataVectors.CardDataScp03AndScp80)).Protocols);

    [Theory]
    [InlineData(CardDataVectors.KeysWithRsa, 5)]
    [InlineData(CardDataVectors.KeysWithOddRsa, 4)]
    [InlineData(CardDataVectors.KeysExtended, 14)]
    public void Key_information_of_real_cards_is_read(string data, int count) =>
        Assert.Equal(count, KeyInformation.Parse(Hex.Bytes(data)).Count);

    [Fact]
    public void Key_information_tells_identifier_version_types_and_lengths()
    {
        var keys = KeyInformation.Parse(Hex.Bytes(CardDataVectors.KeysWithRsa));
        Assert.Equal((1, 1), (keys[0].Identifier, keys[0].Version));
        Assert.Equal([new KeyComponent(0x88, 0x20)], keys[0].Components);
        Assert.Equal([new KeyComponent(0xA1, 0x80), new KeyComponent(0xA0, 3)], keys[3].Components);
        Assert.Equal([new KeyComponent(0xA1, 0x80), new KeyComponent(0xA0, 3)],
            KeyInformation.Parse(Hex.Bytes(CardDataVectors.KeysWithOddRsa))[3].Components);
        Assert.Equal([new KeyComponent(0x88, 0x10), new KeyComponent(0x10, 1)],
            KeyInformation.Parse(Hex.Bytes(CardDataVectors.KeysExtended))[7].Components);
    }

    [Theory]
    [InlineData("E102C000")]
    [InlineData("E005C003010188")]
    [InlineData("E007C0050101882099")]
    [InlineData("E008C0060101FF880010")]
    public void What_is_no_key_information_is_refused(string data)
    {
        if (data.EndsWith("FF880010", StringComparison.Ordinal))
            Assert.Single(KeyInformation.Parse(Hex.Bytes(data)));
        else
            Assert.Throws<SmartCard.CardDataException>(() => KeyInformation.Parse(Hex.Bytes(data)));
    }

    [Fact]
    public void Production_life_cycle_data_are_read()
    {
        var data = ProductionLifeCycle.Parse(Hex.Bytes(CardDataVectors.ProductionLifeCycle));
        Assert.Equal((0x4790, 0xD600, 0x4700, 0x3244), (data.Fabricator, data.ChipType, data.OperatingSystem, data.FabricationDate));
        Assert.Equal("34295220", Convert.ToHexString(data.SerialNumber.Span));
        Assert.Equal((0x8448, 0x1527, 0x8234), (data.Batch, data.PrePersonalizer, data.PrePersonalizationDate));
        Assert.Equal("32393532", Convert.ToHexString(data.PrePersonalizationEquipment.Span));
        Assert.Equal("4790D600844834295220", Convert.ToHexString(data.ChipIdentifier));
        Assert.True(ProductionLifeCycle.TryParse(Hex.Bytes(CardDataVectors.ProductionLifeCycle).AsSpan(3), out _));
        Assert.False(ProductionLifeCycle.TryParse(new byte[43], out _));
    }

    [Theory]
    // GlobalPlatformPro TestParseTags.testCPLCDateParse and testCPLCDateParseInvalid.
    [InlineData(0x1210, "2021-07-30", "2021-07-29")]
    [InlineData(0x1210, "2021-07-29", "2021-07-29")]
    [InlineData(0x1210, "2021-07-28", "2011-07-29")]
    [InlineData(0x0000, "2021-07-28", null)]
    [InlineData(0x1410, "2021-07-28", null)]
    // Not BCD; day 366 of a year that has 365.
    [InlineData(0xFFFF, "2021-07-28", null)]
    [InlineData(0x1366, "2021-12-31", null)]
    [InlineData(0x0366, "2021-12-31", "2020-12-31")]
    public void Dates_are_the_latest_that_have_been(ushort date, string notAfter, string? expected)
    {
        var resolved = ProductionLifeCycle.ResolveDate(date, DateOnly.ParseExact(notAfter, "yyyy-MM-dd"));
        Assert.Equal(expected, resolved?.ToString("yyyy-MM-dd"));
    }

    [Fact]
    public void The_answer_to_select_tells_aid_and_command_length()
    {
        // GPC 2.3.1 table 11-82, by hand, with the management data of a published card.
        var management = CardDataVectors.CardDataScp0255[4..];
        var inner = management + "9F6E02AABB" + "9F6501FF";
        var content = "8408A000000003000000" + "A5" + (inner.Length / 2).ToString("X2") + inner;
        var fci = SecurityDomainFci.Parse(Hex.Bytes("6F" + (content.Length / 2).ToString("X2") + content));
        Assert.Equal("A000000003000000", Convert.ToHexString(fci.Aid.Span));
        Assert.Equal(255, fci.MaxCommandData);
        Assert.Equal("AABB", Convert.ToHexString(fci.ProductionLifeCycleData.Span));
        Assert.Equal((byte?)0x55, fci.ManagementData?.ImplementationOf(SecureChannelProtocol.Scp02));
        Assert.False(SecurityDomainFci.TryParse(Hex.Bytes("6F00"), out _));
    }
}
