namespace PersoMesh.FileSystemCard.Tests;

/// <summary>Transparent EFs and records (ISO/IEC 7816-4 §7.2, §7.3).</summary>
public class DataTests
{
    static readonly string LinearFixed = Some.Create("82050221000403 83024405");
    static readonly string LinearVariable = Some.Create("82050421000603 83024403 8002000C");
    static readonly string Cyclic = Some.Create("82050621000203 83024404");

    static SimulatedFileSystemCard With(string create, Func<CardBlueprint, CardBlueprint>? change = null)
    {
        var card = Some.Opened(change);
        card.MustSend(create);
        return card;
    }

    [Theory]
    [InlineData("00D6000002 A1A2", "9000")]
    [InlineData("00D6000E02 A1A2", "9000")]
    [InlineData("00D6000F02 A1A2", "6A84")]
    [InlineData("00D6001001 A1", "6A84")]
    [InlineData("00D6001101 A1", "6B00")]
    [InlineData("00D60000", "6700")]
    [InlineData("00D6810002 A1A2", "9000")] // by short identifier
    [InlineData("00D6820002 A1A2", "6982")] // EF.GDO is not to be changed
    [InlineData("00D6830002 A1A2", "6A82")]
    [InlineData("00D6C10002 A1A2", "6A86")]
    [InlineData("00B0000000", "000102030405060708090A0B0C0D0E0F9000")]
    [InlineData("00B0000010", "000102030405060708090A0B0C0D0E0F9000")]
    [InlineData("00B0000E02", "0E0F9000")]
    [InlineData("00B0000E03", "0E0F6282")]
    [InlineData("00B0000E00", "0E0F9000")]
    [InlineData("00B0001000", "9000")]
    [InlineData("00B0001100", "6B00")]
    [InlineData("00B0810E02", "0E0F9000")]
    [InlineData("00B00000", "6700")]
    [InlineData("00B2010400", "6981")]
    public void Transparent(string command, string response)
    {
        var card = With(Some.CreateTransparent);
        card.MustSend("00D6000010 000102030405060708090A0B0C0D0E0F");
        Assert.Equal(response, card.Send(command));
    }

    [Fact]
    public void A_short_identifier_selects()
    {
        var card = With(Some.CreateTransparent);
        card.MustSend("00A4000C023F00");
        Assert.Equal("6986", card.Send("00B0000001"));
        card.MustSend("00B0810001");
        Assert.Equal("009000", card.Send("00B0000001"));
    }

    [Fact]
    public void Linear_fixed()
    {
        var card = With(LinearFixed);
        Assert.Equal("6A83", card.Send("00B2010400"));
        Assert.Equal("6A83", card.Send("00DC010404 01010101"));
        card.MustSend("00E2000004 01010101");
        Assert.Equal("6700", card.Send("00E2000003 020202"));
        Assert.Equal("6700", card.Send("00E2000005 0202020202"));
        card.MustSend("00E2000004 02020202");
        card.MustSend("00E2000004 03030303");
        Assert.Equal("6A84", card.Send("00E2000004 04040404"));
        card.MustSend("00DC020404 22222222");
        Assert.Equal("010101019000", card.Send("00B2010400"));
        Assert.Equal("222222229000", card.Send("00B2020400"));
        Assert.Equal("22229000", card.Send("00B2020402"));
        Assert.Equal("222222229000", card.Send("00B2000400")); // the current one
        Assert.Equal("030303039000", card.Send("00B2000200")); // next
        Assert.Equal("6A83", card.Send("00B2000200"));
        Assert.Equal("222222229000", card.Send("00B2000300")); // previous
        Assert.Equal("010101019000", card.Send("00B2000000")); // first
        Assert.Equal("030303039000", card.Send("00B2000100")); // last
        Assert.Equal("030303039000", card.Send("00B2032C00")); // by short identifier 5
        Assert.Equal("6A81", card.Send("00B2010500")); // several at once
        Assert.Equal("6A81", card.Send("00B2010000")); // by record identifier
        Assert.Equal("6981", card.Send("00B0000000"));
    }

    [Fact]
    public void Records_of_some_cards_exist_from_the_beginning()
    {
        var card = With(LinearFixed, b => b with { RecordsExistAtCreation = true });
        Assert.Equal("000000009000", card.Send("00B2030400"));
        Assert.Equal("6A84", card.Send("00E2000004 01010101"));
        card.MustSend("00DC030404 03030303");
        Assert.Equal("030303039000", card.Send("00B2030400"));
    }

    [Fact]
    public void Linear_variable()
    {
        var card = With(LinearVariable);
        Assert.Equal("6700", card.Send("00E2000007 01010101010101"));
        card.MustSend("00E2000006 010101010101");
        card.MustSend("00E2000002 0202");
        card.MustSend("00E2000003 030303");
        Assert.Equal("020290 00".Replace(" ", ""), card.Send("00B2020400"));
        Assert.Equal("6A84", card.Send("00DC020404 22222222")); // 12 bytes in all
        card.MustSend("00DC020403 222222");
        Assert.Equal("2222229000", card.Send("00B2020400"));
    }

    [Fact]
    public void Cyclic_EFs_number_from_the_newest()
    {
        var card = With(Cyclic);
        Assert.Equal("6A83", card.Send("00DC000302 0101"));
        card.MustSend("00E2000002 0101");
        card.MustSend("00E2000002 0202");
        Assert.Equal("02029000", card.Send("00B2010400"));
        Assert.Equal("01019000", card.Send("00B2020400"));
        Assert.Equal("6A83", card.Send("00B2030400"));
        card.MustSend("00E2000002 0303");
        card.MustSend("00DC000302 0404");
        Assert.Equal(["0404", "0303", "0202"], card.DebugFiles[^1].Records.Select(Convert.ToHexString));
        Assert.Equal("6A81", card.Send("00DC010402 0505"));
    }

    [Theory]
    [InlineData("00E2010002 0101", "6A86")]
    [InlineData("00E2000402 0101", "6A86")]
    [InlineData("00E2000002 0101 00", "9000")]
    [InlineData("00E200F802 0101", "6A86")]
    [InlineData("00E2000000", "6700")]
    [InlineData("00DC000402 0101", "6A83")]
    [InlineData("00B2000400", "6A83")]
    [InlineData("00D6000001 01", "6981")]
    public void Malformed(string command, string status) => Assert.Equal(status, With(LinearVariable).Send(command));
}
