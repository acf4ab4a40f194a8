namespace PersoMesh.FileSystemCard.Tests;

/// <summary>Security attributes in compact format (ISO/IEC 7816-4 §5.4.3.1) and the life cycle (ISO/IEC 7816-9).</summary>
public class AccessConditionTests
{
    // 8C with mode 03: condition of UPDATE, then of READ.
    static string Create(string rules) => Some.Create($"820101 83024401 80020002 8C {rules.Length / 2:X2} {rules}");

    static SimulatedFileSystemCard Activated(string rules) =>
        Some.Personalized(Create(rules), "00D6000002 A1A2", "00440000");

    [Theory]
    [InlineData("030000", "9000", "9000", "9000", "9000")]
    [InlineData("03FF00", "9000", "6982", "9000", "6982")]
    [InlineData("03FFFF", "6982", "6982", "6982", "6982")]
    [InlineData("031000", "", "", "", "")]
    [InlineData("031100", "9000", "6982", "9000", "9000")]
    [InlineData("031111", "6982", "6982", "9000", "9000")]
    [InlineData("039191", "6982", "6982", "9000", "9000")]
    [InlineData("031211", "6982", "6982", "9000", "6982")] // update after password 2
    [InlineData("0100", "9000", "6982", "9000", "6982")] // no rule speaks of UPDATE
    [InlineData("01FF010003FF11", "9000", "6982", "9000", "6982")] // one rule that allows is enough
    public void In_force_when_activated(string rules, string read, string update, string readVerified, string updateVerified)
    {
        if (read.Length == 0)
        {
            Assert.Equal("6A80", Some.Opened().Send(Create(rules)));
            return;
        }

        var card = Activated(rules);
        card.MustSend("00A4020C024401");
        Assert.Equal(read, card.Send("00B0000000")[^4..]);
        Assert.Equal(update, card.Send("00D6000001 B1"));
        card.MustSend(Some.VerifyOwn);
        Assert.Equal(readVerified, card.Send("00B0000000")[^4..]);
        Assert.Equal(updateVerified, card.Send("00D6000001 B1"));
    }

    [Fact]
    public void Before_activation_the_file_is_open_to_who_may_create_it()
    {
        var card = Some.Opened();
        card.MustSend(Create("03FFFF"));
        card.MustSend("00D6000002 A1A2");
        Assert.Equal("A1A29000", card.Send("00B0000000"));
        card.MustSend("00440000");
        Assert.Equal("6982", card.Send("00B0000000"));
        Assert.Equal("6982", card.Send("00D6000002 A1A2"));
        Assert.Contains("8A0105", card.Send("00A40204024401"));
    }

    [Fact]
    public void Nobody_else_reads_a_file_before_activation()
    {
        var card = Some.Opened();
        card.MustSend(Create("030000"));
        card.Reset();
        card.MustSend("00A4020C024401");
        Assert.Equal("6982", card.Send("00B0000000"));
        Assert.Equal("6982", card.Send("00440000"));
    }

    [Fact]
    public void A_child_is_activated_by_its_identifier()
    {
        var card = Some.Opened();
        card.MustSend(Create("03FFFF"));
        Assert.Equal("6A82", card.Send("0044000002 4402"));
        Assert.Equal("9000", card.Send("0044000002 4401"));
        Assert.Equal("6982", card.Send("0044000002 4401")); // no rule speaks of ACTIVATE FILE
        Assert.Equal("6A86", card.Send("0044010002 4401"));
        Assert.Equal("6700", card.Send("0044000001 44"));
    }

    [Fact]
    public void The_MF_is_not_activated_under_the_transport_password()
    {
        var card = Some.Opened();
        Assert.Equal("6985", card.Send("00440000"));
        card.MustSend("0024000110 3030303030303030 3030303030303030");
        Assert.Equal("6985", card.Send("00440000"));
        card.MustSend(Some.ChangeToOwn);
        Assert.Equal("9000", card.Send("00440000"));
        Assert.True(card.IsActivated);
    }

    [Fact]
    public void Personalization_is_over_when_the_MF_is_activated()
    {
        var card = Some.Personalized();
        card.MustSend(Some.VerifyOwn);
        Assert.Equal("6982", card.Send(Create("030000")));
        Assert.Equal("6982", card.Send("0024010108 3132333435363738"));
    }

    // MF: CREATE FILE of DFs never, of EFs after password 1.
    [Fact]
    public void Some_cards_let_the_holder_create_files()
    {
        var card = Some.Opened(b => b with { MasterFileRules = [0x06, 0xFF, 0x11] });
        card.MustSend(Some.ChangeToOwn);
        card.MustSend("00440000");
        card.Reset();
        Assert.Equal("6982", card.Send(Create("030000")));
        card.MustSend(Some.VerifyOwn);
        Assert.Equal("6982", card.Send(Some.Create("820138 83025015")));
        Assert.Equal("9000", card.Send(Create("030000")));
        Assert.Equal("9000", card.Send("00D6000002 A1A2"));
        card.Reset();
        card.MustSend("00A4020C024401");
        Assert.Equal("6982", card.Send("00B0000000"));
    }
}
