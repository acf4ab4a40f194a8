namespace PersoMesh.FileSystemCard.Tests;

/// <summary>SELECT and what it returns (ISO/IEC 7816-4 §5.3.3, §7.1.1).</summary>
public class SelectTests
{
    static readonly string Df = Some.Create("820138 83025015 840CA000000063504B43532D3135 8A0103");
    static readonly string SecondDf = Some.Create("820138 83025016 8406A00000006350");

    // MF: EF.GDO, DF 5015 with EF 4401, DF 5016 with DF 5017.
    static SimulatedFileSystemCard Tree()
    {
        var card = Some.Opened();
        card.MustSend(Df);
        card.MustSend(Some.CreateTransparent);
        card.MustSend("00A4000C023F00");
        card.MustSend(SecondDf);
        card.MustSend(Some.Create("820138 83025017"));
        card.MustSend("00A4000C023F00");
        return card;
    }

    [Fact]
    public void File_control_parameters_come_back_as_they_were_given()
    {
        var card = Tree();
        Assert.Equal("6218 820138 83025015 840CA000000063504B43532D3135 8A0103 9000".Replace(" ", ""), card.Send("00A40004025015"));
        // The descriptor, the identifier, creation state, the rule, the size, the short identifier from the low five bits of 4401.
        Assert.Equal("6217 820101 83024401 8A0101 8C0413FF1100 80020010 880108 9000".Replace(" ", ""), card.Send("00A40204024401"));
        Assert.Equal("6F17", card.Send("00A40200024401")[..4]);
        Assert.Equal("9000", card.Send("00A4020C024401"));
        Assert.Equal("6A86", card.Send("00A40208024401"));
        Assert.Equal("6A86", card.Send("00A40206024401"));
    }

    [Theory]
    [InlineData("00A40000023F00", "3F00")]
    [InlineData("00A40000", "3F00")]
    [InlineData("00A40000025015", "5015")]
    [InlineData("00A40000022F02", "2F02")]
    [InlineData("00A40000023FFF", "3F00")]
    [InlineData("00A40000024401", null)] // not a child of the MF
    [InlineData("00A40100025015", "5015")]
    [InlineData("00A40100022F02", null)] // an EF
    [InlineData("00A40200022F02", "2F02")]
    [InlineData("00A40200025015", null)] // a DF
    [InlineData("00A40300", null)] // the MF has no parent
    [InlineData("00A40400 0C A000000063504B43532D3135", "5015")]
    [InlineData("00A40400 05 A000000063", "5015")] // cut at the right
    [InlineData("00A40402 05 A000000063", "5015")] // next: the first, as none is current
    [InlineData("00A40401 05 A000000063", "5016")] // last
    [InlineData("00A40400 06 A00000006350", "5015")]
    [InlineData("00A40400 02 A001", null)]
    [InlineData("00A40800 04 50154401", "4401")]
    [InlineData("00A40800 04 50165017", "5017")]
    [InlineData("00A40800 04 50164401", null)]
    [InlineData("00A40900 02 5016", "5016")]
    public void Ways_to_select(string command, string? fileId)
    {
        var response = Tree().Send(command);
        if (fileId is null)
            Assert.Equal("6A82", response);
        else
            Assert.Contains("8302" + fileId, response);
    }

    [Fact]
    public void From_inside_a_DF_its_parent_and_siblings_are_found()
    {
        var card = Tree();
        card.MustSend("00A4080C04 50154401");
        Assert.Contains("83025016", card.Send("00A40000025016")); // sibling
        card.MustSend("00A4080C04 50165017");
        Assert.Contains("83025016", card.Send("00A40000025016")); // parent
        card.MustSend("00A4080C04 50165017");
        Assert.Contains("83025016", card.Send("00A40300"));
        Assert.Contains("83023F00", card.Send("00A40300"));
        card.MustSend("00A4080C04 50165017");
        Assert.Equal("6A82", card.Send("00A40000024401"));
        Assert.Contains("83025017", card.Send("00A40000023FFF"));
    }

    [Fact]
    public void Names_are_gone_through_one_by_one()
    {
        var card = Tree();
        Assert.Contains("83025015", card.Send("00A4040005A000000063"));
        Assert.Contains("83025016", card.Send("00A4040205A000000063"));
        Assert.Equal("6A82", card.Send("00A4040205A000000063"));
        Assert.Contains("83025015", card.Send("00A4040305A000000063"));
    }

    [Theory]
    [InlineData("00A4000003500000", "6700")]
    [InlineData("00A4030002 5015", "6700")]
    [InlineData("00A4040000", "6700")]
    [InlineData("00A4080003 501544", "6700")]
    [InlineData("00A4050002 5015", "6A86")]
    [InlineData("00A4000102 5015", "6A86")]
    public void Malformed(string command, string status) => Assert.Equal(status, Tree().Send(command));

    [Fact]
    public void A_failed_selection_leaves_the_current_file()
    {
        var card = Tree();
        card.MustSend("00A4080C04 50154401");
        Assert.Equal("6A82", card.Send("00A40000021234"));
        Assert.Equal("9000", card.Send("00D6000001AA"));
    }

    [Fact]
    public void The_blank_card_shows_its_serial_number()
    {
        var card = Some.Blank();
        Assert.Equal("5A08504D4653010203049000", card.Send("00B0820000"));
        Assert.Equal("01020304", card.SerialNumber);
        Assert.Contains("8A0103", card.Send("00A40004023F00"));
    }
}
