namespace PersoMesh.FileSystemCard.Tests;

public class CreateFileTests
{
    [Theory]
    [InlineData("820138 83025015", "9000")] // DF
    [InlineData("820138 83025015 840CA000000063504B43532D3135 8A0103", "9000")]
    [InlineData("820101 83024401 80020010", "9000")] // transparent
    [InlineData("820141 83024401 800110", "9000")] // shareable, size on one byte
    [InlineData("82050221000A03 83024402", "9000")] // linear fixed
    [InlineData("8206022100000A0003 83024402", "6A80")]
    [InlineData("82060221000A0003 83024402", "9000")] // number of records on two bytes
    [InlineData("82050421001405 83024403", "9000")] // linear variable
    [InlineData("82050421001405 83024403 80020030", "9000")] // with a size of its own
    [InlineData("82050621000A03 83024404", "9000")] // cyclic
    [InlineData("8204022100 0A 83024402", "6A80")] // no number of records
    [InlineData("82050221000003 83024402", "6A80")] // records of no bytes
    [InlineData("82050221010003 83024402", "6A80")] // longer than a command can bring
    [InlineData("82050221000A00 83024402", "6A80")]
    [InlineData("82050221000AFF 83024402", "6A80")]
    [InlineData("82050321000A03 83024402", "6A81")] // TLV records
    [InlineData("820109 83024401 80020010", "6A81")] // internal EF
    [InlineData("820139 83024401 80020010", "6A81")] // data objects
    [InlineData("820101 83024401", "6A80")] // transparent without size
    [InlineData("83024401 800110", "6A80")] // no descriptor
    [InlineData("820101 800110", "6A80")] // no identifier
    [InlineData("820101 83023F00 80020010", "6A80")]
    [InlineData("820101 83023FFF 80020010", "6A80")]
    [InlineData("820101 8302FFFF 80020010", "6A80")]
    [InlineData("820101 83020000 80020010", "6A80")]
    [InlineData("820101 83022F02 80020010", "6A89")] // EF.GDO is there
    [InlineData("820101 83024401 80020010 88022020", "6A80")]
    [InlineData("820101 83024401 80020010 880120", "9000")]
    [InlineData("820101 83024401 80020010 880121", "6A80")]
    [InlineData("820101 83024401 80020010 8801F8", "6A80")]
    [InlineData("820101 83024401 80020010 880110", "6A89")] // EF.GDO has it
    [InlineData("820101 83024401 80020010 8800", "9000")]
    [InlineData("820101 83024401 80020010 8A0105", "9000")]
    [InlineData("820101 83024401 80020010 8A010C", "6A80")]
    [InlineData("820101 83024401 80020010 83024402 8800", "6A80")] // a data object twice
    [InlineData("820101 83024401 80020010 840141", "6A80")] // an EF has no name
    [InlineData("820101 83024401 80020010 86021234", "6A80")] // security attributes it would not enforce
    [InlineData("820101 83024401 80020010 8B022F06", "6A80")]
    [InlineData("820101 83024401 80020010 8C0403FF1001", "6A80")] // a second rule without its condition
    [InlineData("820101 83024401 80020010 8C0303FF11", "9000")]
    [InlineData("820101 83024401 80020010 8C0203FF", "6A80")] // a condition is missing
    [InlineData("820101 83024401 80020010 8C028100", "6A80")] // proprietary operations
    [InlineData("820101 83024401 80020010 8C020120", "6A80")] // external authentication
    [InlineData("820101 83024401 80020010 8C020140", "6A80")] // secure messaging
    [InlineData("820101 83024401 80020010 8C020110", "6A80")] // no security environment
    [InlineData("820101 83024401 80020010 8C02011F", "6A80")]
    [InlineData("820101 83024401 80020010 8C020112", "9000")]
    [InlineData("820101 83024401 80020010 8C020192", "9000")]
    [InlineData("820101 83024401 80020010 8C020113", "6A88")] // no password 3
    [InlineData("820101 83024401 80020010 8502ABCD", "9000")]
    public void File_control_parameters(string parameters, string status) =>
        Assert.Equal(status, Some.Opened().Send(Some.Create(parameters)));

    [Theory]
    [InlineData("00E00000", "6A80")]
    [InlineData("00E000000D 6F0B 820101 83024401 80020010", "6A80")]
    [InlineData("00E000000D 620C 820101 83024401 80020010", "6A80")]
    [InlineData("00E000000E 620B 820101 83024401 80020010 00", "6A80")]
    [InlineData("00E000000D 620B 820101 83024401 80020110", "9000")]
    [InlineData("00E001000D 620B 820101 83024401 80020010", "6A86")]
    public void The_template_around_them(string command, string status) => Assert.Equal(status, Some.Opened().Send(command));

    [Fact]
    public void Creation_needs_the_transport_password()
    {
        var card = Some.Blank();
        Assert.Equal("6982", card.Send(Some.CreateTransparent));
        Assert.Equal("63C2", card.Send("0020000108 3030303030303031"));
        Assert.Equal("6982", card.Send(Some.CreateTransparent));
        card.MustSend(Some.VerifyTransport);
        Assert.Equal("9000", card.Send(Some.CreateTransparent));
        card.Reset();
        card.MustSend("00A4020C024401");
        Assert.Equal("6982", card.Send("00D6000001AA"));
    }

    [Fact]
    public void Identifiers_are_unique_within_a_DF_and_names_on_the_card()
    {
        var card = Some.Opened();
        card.MustSend(Some.Create("820138 83025015 8403F04142"));
        Assert.Equal("6A89", card.Send(Some.Create("820138 83025015"))); // its own identifier
        Assert.Equal("6A8A", card.Send(Some.Create("820138 83025016 8403F04142")));
        card.MustSend(Some.Create("820138 83025016"));
        card.MustSend(Some.CreateTransparent);
        Assert.Equal("6A89", card.Send(Some.CreateTransparent));
        card.MustSend("00A4000C023F00");
        Assert.Equal("6A89", card.Send(Some.Create("820138 83025015")));
        card.MustSend(Some.CreateTransparent);
    }

    [Fact]
    public void The_new_file_is_the_current_one()
    {
        var card = Some.Opened();
        card.MustSend(Some.Create("820138 83025015"));
        card.MustSend(Some.CreateTransparent);
        card.MustSend("00D6000002 AABB");
        Assert.Equal(["3F00", "3F00/2F02", "3F00/5015", "3F00/5015/4401"], card.DebugFiles.Select(f => f.Path));
        Assert.Equal("AABB0000000000000000000000000000", Convert.ToHexString(card.DebugFiles[^1].Content));
    }

    [Fact]
    public void Folders_nest_only_so_deep()
    {
        var card = Some.Opened();
        var created = Enumerable.Range(1, 20).TakeWhile(i => card.Send(Some.Create($"820138 83025{i:X3}")) == "9000").Count();
        Assert.Equal(7, created);
    }

    // 32 bytes a file beside its data.
    [Fact]
    public void Memory_ends()
    {
        var card = Some.Opened(b => b with { EepromBytes = 200 });
        card.MustSend(Some.CreateTransparent);
        Assert.Equal(200 - 48, card.FreeBytes);
        Assert.Equal("6A84", card.Send(Some.Create("820101 83024402 80020079")));
        Assert.Equal("9000", card.Send(Some.Create("820101 83024402 80020078")));
        Assert.Equal(0, card.FreeBytes);
    }
}
