namespace PersoMesh.FileSystemCard.Tests;

/// <summary>VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (ISO/IEC 7816-4 §7.5).</summary>
public class PasswordTests
{
    const string Wrong = "0020000108 3939393939393939";
    const string ResettingCode = "3837363534333231";
    const string NewPassword = "35363738FFFFFFFF";

    [Fact]
    public void Tries_are_counted_and_end()
    {
        var card = Some.Personalized();
        Assert.Equal("63C3", card.Send("00200001"));
        Assert.Equal("63C2", card.Send(Wrong));
        Assert.Equal("63C2", card.Send("00200001"));
        card.Reset();
        Assert.Equal("63C1", card.Send(Wrong));
        Assert.Equal(1, card.TriesLeft(0x01));
        Assert.Equal("9000", card.Send(Some.VerifyOwn));
        Assert.Equal("9000", card.Send("00200001"));
        Assert.Equal(["63C2", "63C1", "63C0", "6983", "6983"], Enumerable.Range(0, 5).Select(_ => card.Send(Wrong)));
        Assert.Equal("6983", card.Send(Some.VerifyOwn));
        Assert.Equal("6983", card.Send("00200001"));
        Assert.Equal("6983", card.Send("0024000110 31323334FFFFFFFF" + NewPassword));
    }

    [Fact]
    public void A_wrong_try_ends_the_security_status()
    {
        var card = Some.Personalized();
        card.MustSend(Some.VerifyOwn);
        card.Send(Wrong);
        Assert.Equal("63C2", card.Send("00200001"));
    }

    [Fact]
    public void A_wrong_length_is_a_wrong_try()
    {
        var card = Some.Personalized();
        Assert.Equal("63C2", card.Send("0020000104 31323334"));
    }

    [Fact]
    public void The_resetting_code_unblocks()
    {
        var card = Some.Personalized();
        for (var i = 0; i < 3; i++)
            card.Send(Wrong);
        Assert.Equal("63C9", card.Send("002C000110 3131313131313131" + NewPassword));
        Assert.Equal("6983", card.Send(Some.VerifyOwn));
        Assert.Equal("9000", card.Send("002C000110" + ResettingCode + NewPassword));
        Assert.Equal("63C2", card.Send(Some.VerifyOwn));
        Assert.Equal("9000", card.Send("0020000108" + NewPassword));
        Assert.Equal(10, card.TriesLeft(0x11));
    }

    [Fact]
    public void The_resetting_code_may_leave_the_password()
    {
        var card = Some.Personalized();
        for (var i = 0; i < 3; i++)
            card.Send(Wrong);
        Assert.Equal("9000", card.Send("002C010108" + ResettingCode));
        Assert.Equal("9000", card.Send(Some.VerifyOwn));
    }

    [Fact]
    public void The_resetting_code_is_blocked_for_good()
    {
        var card = Some.Personalized();
        var answers = Enumerable.Range(0, 11).Select(_ => card.Send("002C010108 3131313131313131")).ToList();
        Assert.Equal(["63C9", "63C0", "6983"], [answers[0], answers[9], answers[10]]);
        Assert.Equal("6983", card.Send("002C010108" + ResettingCode));
    }

    [Fact]
    public void The_holder_changes_the_password()
    {
        var card = Some.Personalized();
        Assert.Equal("63C2", card.Send("0024000110 3939393939393939" + NewPassword));
        Assert.Equal("9000", card.Send("0024000110 31323334FFFFFFFF" + NewPassword));
        Assert.Equal("9000", card.Send("00200001"));
        card.Reset();
        Assert.Equal("63C2", card.Send(Some.VerifyOwn));
        Assert.Equal("9000", card.Send("0020000108" + NewPassword));
    }

    [Theory]
    [InlineData("00200005", "6A88")]
    [InlineData("00200081", "6A88")]
    [InlineData("00200002", "63C3")]
    [InlineData("0020000208 3132333435363738", "6984")] // never set
    [InlineData("0020001108 3837363534333231", "6984")] // a resetting code is not verified
    [InlineData("00200101", "6A86")]
    [InlineData("0024000108 3132333435363738", "6700")]
    [InlineData("002400010C 31323334FFFFFFFF 31323334", "6700")]
    [InlineData("0024000210 3132333435363738 3132333435363738", "6984")]
    [InlineData("0024020108 3132333435363738", "6A86")]
    [InlineData("0024010108 3132333435363738", "6982")]
    [InlineData("002C000108 3837363534333231", "6700")]
    [InlineData("002C010110 3837363534333231 3132333435363738", "6700")]
    [InlineData("002C010208 3837363534333231", "6984")]
    [InlineData("002C020108 3132333435363738", "6A86")]
    [InlineData("002C011108 3837363534333231", "6A86")]
    public void Refused(string command, string status) => Assert.Equal(status, Some.Personalized().Send(command));

    [Fact]
    public void Initial_values_are_set_by_who_opened_the_blank_card()
    {
        var card = Some.Blank();
        Assert.Equal("6982", card.Send("0024010208 3132333435363738"));
        card.MustSend(Some.VerifyTransport);
        Assert.Equal("6700", card.Send("0024010204 31323334"));
        card.MustSend("0024010208 3132333435363738");
        Assert.Equal("9000", card.Send("0020000208 3132333435363738"));
        Assert.Equal("3132333435363738", Convert.ToHexString(card.DebugPasswords[0x02]!));
    }
}
