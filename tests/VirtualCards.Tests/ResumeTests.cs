using PersoMesh.FileSystemCard;
using PersoMesh.VirtualCards.Agents;

namespace PersoMesh.VirtualCards.Tests;

/// <summary>The contact is lost at every command in turn, with the command carried out or not; the card stays in the reader.</summary>
public class ResumeTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_card_goes_on_where_the_contact_was_lost(bool carriedOut, bool recordsExist)
    {
        using var image = Some.Image();
        var agent = new Iso7816Agent(new() { RecordsExistAtCreation = recordsExist });
        using var script = agent.Personalize(image, Some.Transport);
        for (var index = 0; index < script.Steps.Count; index++)
        {
            var card = Some.BlankCard(b => b with { RecordsExistAtCreation = recordsExist });
            card.Faults.RemoveAfterApdus = index;
            card.Faults.RemoveAfterExecution = carriedOut;
            var runner = Some.Runner(card);
            await Assert.ThrowsAsync<CardRemovedException>(() => runner.RunAsync(script, default));
            card.Reset();
            Assert.Null(await runner.ResumeAsync(agent, image, Some.Transport, default));
            Assert.Equal(script.Steps.Count, runner.Completed);
            CardAssert.Holds(image, card);
        }
    }

    // Going on takes at most 14 commands before the first new one: proof and restoration of the last record of a cyclic file.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_contact_may_be_lost_again_and_again(bool carriedOut)
    {
        using var image = Some.Image();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        for (var distance = 16; distance < 45; distance++)
        {
            var card = Some.BlankCard();
            var runner = Some.Runner(card);
            var losses = 0;
            for (var isDone = false; !isDone;)
            {
                card.Faults.RemoveAfterApdus = distance;
                card.Faults.RemoveAfterExecution = carriedOut;
                try
                {
                    Assert.Null(losses == 0
                        ? await runner.RunAsync(script, default)
                        : await runner.ResumeAsync(Some.Agent, image, Some.Transport, default));
                    isDone = true;
                }
                catch (CardRemovedException)
                {
                    // The proof that a password was set may cost a try; a later success gives it back.
                    Assert.True(++losses < 1000);
                    card.Reset();
                }
            }

            CardAssert.Holds(image, card);
        }
    }

    [Fact]
    public async Task What_was_finished_stays_finished()
    {
        using var image = Some.Image();
        var card = Some.BlankCard();
        var runner = Some.Runner(card);
        using var script = Some.Agent.Personalize(image, Some.Transport);
        Assert.Null(await runner.RunAsync(script, default));
        card.Reset();
        Assert.Null(await runner.ResumeAsync(Some.Agent, image, Some.Transport, default));
        Assert.Equal(0, card.ApduCount);
    }

    [Fact]
    public async Task Another_blank_card_in_its_place_is_noticed()
    {
        using var image = Some.Image();
        using var script = Some.Agent.Personalize(image, Some.Transport);
        var pulled = Some.BlankCard();
        var other = Some.BlankCard();
        var runner = new CardScriptRunner(new Switch(Some.Channel(pulled), Some.Channel(other), after: 12));
        pulled.Faults.RemoveAfterApdus = 12;
        await Assert.ThrowsAsync<CardRemovedException>(() => runner.RunAsync(script, default));
        Assert.NotNull(await runner.ResumeAsync(Some.Agent, image, Some.Transport, default));
        Assert.False(other.IsActivated);
    }

    sealed class Switch(SmartCard.ICardChannel first, SmartCard.ICardChannel second, int after) : SmartCard.ICardChannel
    {
        int _sent;

        public ValueTask<SmartCard.ResponseApdu> TransmitAsync(SmartCard.CommandApdu command, CancellationToken cancellationToken) =>
            (_sent++ <= after ? first : second).TransmitAsync(command, cancellationToken);
    }
}
