using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Tests;

public class InMemoryCardDispatcherTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Cards_go_out_by_priority_then_in_order()
    {
        var dispatcher = Some.Dispatcher();
        await dispatcher.AddAsync(Some.Job("slow", priority: 0), Some.Cards("a", "b"), None);
        await dispatcher.AddAsync(Some.Job("express", priority: 5), Some.Cards("c"), None);
        List<string> order = [];
        for (var i = 0; i < 3; i++)
            order.Add((await dispatcher.ClaimAsync(Guid.NewGuid(), "emv", None))!.Card.CardObjectId);
        Assert.Equal(["c", "a", "b"], order);
    }

    [Fact]
    public async Task A_repeated_claim_gets_the_same_card_object()
    {
        var dispatcher = Some.Dispatcher();
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a", "b"), None);
        var session = Guid.NewGuid();
        var first = await dispatcher.ClaimAsync(session, "emv", None);
        var second = await dispatcher.ClaimAsync(session, "emv", None);
        Assert.Equal("a", first!.Card.CardObjectId);
        Assert.Equal("a", second!.Card.CardObjectId);
        Assert.Equal(1, second.Attempt);
    }

    [Fact]
    public async Task Ready_cards_that_come_twice_are_made_once()
    {
        var dispatcher = Some.Dispatcher();
        var job = Some.Job();
        await dispatcher.AddAsync(job, Some.Cards("a"), None);
        await dispatcher.AddAsync(job, Some.Cards("a"), None);
        Assert.NotNull(await dispatcher.ClaimAsync(Guid.NewGuid(), "emv", None));
        Assert.Null(await dispatcher.ClaimAsync(Guid.NewGuid(), "emv", None));
    }

    [Fact]
    public async Task A_session_that_waited_is_woken_by_the_next_card_of_its_pool_only()
    {
        var dispatcher = Some.Dispatcher();
        var session = Guid.NewGuid();
        Assert.Null(await dispatcher.ClaimAsync(session, "emv", None));
        Assert.Empty(await dispatcher.AddAsync(Some.Job(pool: "badge"), Some.Cards("x"), None));
        Assert.Equal([session], await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None));
        Assert.Equal("a", (await dispatcher.ClaimAsync(session, "emv", None))!.Card.CardObjectId);
    }

    [Fact]
    public async Task A_rejected_card_object_is_ready_again_until_its_attempts_are_used_up()
    {
        var dispatcher = Some.Dispatcher();
        await dispatcher.AddAsync(Some.Job(maxAttempts: 2), Some.Cards("a"), None);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await dispatcher.ClaimAsync(first, "emv", None);
        Assert.True((await dispatcher.ReleaseAsync(first, Verdict.Rejected, None)).WillRetry);
        Assert.Equal(2, (await dispatcher.ClaimAsync(second, "emv", None))!.Attempt);
        Assert.False((await dispatcher.ReleaseAsync(second, Verdict.Rejected, None)).WillRetry);
        Assert.Null(await dispatcher.ClaimAsync(Guid.NewGuid(), "emv", None));
    }

    [Theory]
    [InlineData(Verdict.Good)]
    [InlineData(Verdict.Unresolved)]
    public async Task A_good_or_unresolved_card_object_is_never_made_again(Verdict verdict)
    {
        var dispatcher = Some.Dispatcher();
        await dispatcher.AddAsync(Some.Job(maxAttempts: 5), Some.Cards("a"), None);
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(session, "emv", None);
        Assert.False((await dispatcher.ReleaseAsync(session, verdict, None)).WillRetry);
        Assert.Null(await dispatcher.ClaimAsync(Guid.NewGuid(), "emv", None));
    }

    [Fact]
    public async Task A_session_that_is_over_gets_no_other_card_object()
    {
        var dispatcher = Some.Dispatcher();
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a", "b"), None);
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(session, "emv", None);
        await dispatcher.ReleaseAsync(session, Verdict.Good, None);
        Assert.Null(await dispatcher.ClaimAsync(session, "emv", None));
    }

    [Fact]
    public async Task Wrong_cryptograms_in_a_row_stop_the_pool_and_no_other()
    {
        var dispatcher = Some.Dispatcher(budget: 3);
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None);
        await dispatcher.AddAsync(Some.Job(pool: "badge"), Some.Cards("x"), None);
        Assert.False(await dispatcher.CountCryptogramAsync("emv", wrong: true, None));
        Assert.False(await dispatcher.CountCryptogramAsync("emv", wrong: true, None));
        Assert.False(await dispatcher.CountCryptogramAsync("emv", wrong: false, None));
        Assert.False(await dispatcher.CountCryptogramAsync("emv", wrong: true, None));
        Assert.False(await dispatcher.CountCryptogramAsync("emv", wrong: true, None));
        Assert.True(await dispatcher.CountCryptogramAsync("emv", wrong: true, None));
        Assert.Null(await dispatcher.ClaimAsync(Guid.NewGuid(), "emv", None));
        Assert.NotNull(await dispatcher.ClaimAsync(Guid.NewGuid(), "badge", None));
    }

    [Fact]
    public async Task Many_sessions_at_once_never_share_a_card_object()
    {
        var dispatcher = Some.Dispatcher();
        await dispatcher.AddAsync(Some.Job(), Some.Cards([.. Enumerable.Range(0, 500).Select(i => $"card-{i}")]), None);
        var claimed = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), async (_, token) =>
            claimed.Add((await dispatcher.ClaimAsync(Guid.NewGuid(), "emv", token))!.Card.CardObjectId));
        Assert.Equal(500, claimed.Distinct(StringComparer.Ordinal).Count());
    }
}
