using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Sessions;

namespace PersoMesh.Controller.Tests;

public class BatchJudgementTests
{
    static readonly byte[] Good = [0x90, 0x00];
    static readonly byte[] MemoryFull = [0x6A, 0x84];

    [Fact]
    public void All_answers_as_expected_are_good_and_counted()
    {
        var session = Sent(3);
        BatchJudgement.Apply(session, new BatchOutcome([Good, Good, Good]), isChanging: true);
        Assert.False(session.HasFailed);
        Assert.Equal(3, session.ApduCount);
    }

    [Fact]
    public void An_unexpected_status_word_rejects_with_header_place_and_meaning()
    {
        var session = Sent(3);
        BatchJudgement.Apply(session, new BatchOutcome([Good, MemoryFull]), isChanging: true);
        Assert.Equal(Verdict.Rejected, session.Verdict);
        Assert.StartsWith("command 2 of 3 (84E20001) answered 6A84 (", session.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_pulled_before_its_last_command_is_known_not_to_be_complete()
    {
        var session = Sent(3);
        BatchJudgement.Apply(session, new BatchOutcome([Good], CardFault.CardRemoved), isChanging: true);
        Assert.Equal(Verdict.Rejected, session.Verdict);
        Assert.Equal("the card was taken out at command 2 of 3 (84E20001)", session.Reason);
    }

    [Fact]
    public void A_card_pulled_at_its_last_command_may_be_complete_nobody_can_know()
    {
        var session = Sent(3);
        BatchJudgement.Apply(session, new BatchOutcome([Good, Good], CardFault.CardRemoved), isChanging: true);
        Assert.Equal(Verdict.Unresolved, session.Verdict);
    }

    [Fact]
    public void An_opening_changes_nothing_so_a_lost_last_answer_rejects()
    {
        var session = Sent(3);
        BatchJudgement.Apply(session, new BatchOutcome([Good, Good], CardFault.CardMute), isChanging: false);
        Assert.Equal(Verdict.Rejected, session.Verdict);
    }

    [Fact]
    public void Missing_answers_without_a_reason_never_pass()
    {
        var session = Sent(3);
        BatchJudgement.Apply(session, new BatchOutcome([Good, Good]), isChanging: true);
        Assert.True(session.HasFailed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_answer_without_a_status_word_never_passes(int length)
    {
        var session = Sent(1);
        BatchJudgement.Apply(session, new BatchOutcome([new byte[length]]), isChanging: true);
        Assert.Equal(Verdict.Rejected, session.Verdict);
    }

    static CardSession Sent(int commands) => new()
    {
        Sent = [.. Enumerable.Range(0, commands).Select(i => new SentCommand($"84E2{i:X4}", [0x9000]))],
    };
}
