using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>The contact to a file-system card is lost while the card stays in its reader: the session goes on with the same card.</summary>
public sealed class LostContactTests
{
    const int OpeningCommands = 3;
    const int WritingCommands = 41;
    const int Commands = 89;

    [Fact]
    public async Task A_card_goes_on_wherever_the_contact_was_lost()
    {
        // One station for each loss, with one blank: at every command that writes, carried out or, for every second one, not; and while it is read back.
        (int Index, bool CarriedOut)[] losses =
        [
            .. Enumerable.Range(0, WritingCommands).Select(index => (index, true)),
            .. Enumerable.Range(0, WritingCommands / 2 + 1).Select(half => (2 * half, false)),
            (WritingCommands, false), (60, true), (Commands - 1, false),
        ];
        var stations = losses.SelectMany((loss, i) => Station(i, "Blanks=1", "Faults:LoseContactEvery=1",
            $"Faults:LoseContactAfterApdus={OpeningCommands + loss.Index}", $"Faults:LoseContactAfterExecution={loss.CarriedOut}"));
        using var run = await CampusRun.PersonalizeAsync(losses.Length, stations);
        Assert.Equal((losses.Length, 0), (run.Status.Good, run.Status.SpoiledCards));
        Assert.All(run.Report, line => Assert.Equal(1, line.Attempts));
        // Some commands went to each card again; with losses at the first and the last writing command as many as were spared.
        Assert.All(run.Report, line => Assert.True(line.ApduCount >= OpeningCommands + Commands, line.Station));
        Assert.True(run.Report.Count(line => line.ApduCount > OpeningCommands + Commands) >= losses.Length - 5);
        Assert.Equal(losses.Length, run.LetterCount);
        Assert.Equal(run.Report.Select(line => line.CardObjectId).Order(), run.Piles[Verdict.Good].Select(good => good.CardObjectId).Order());
        Assert.All(run.Piles[Verdict.Good], good => run.AssertComplete(good.Card, good.CardObjectId));
    }

    [Fact]
    public async Task So_does_a_card_in_a_PC_SC_reader()
    {
        // Before the transport password, in the middle of a file, at the PIN, at the last ACTIVATE FILE; and carried out or not.
        (int Command, bool CarriedOut)[] losses = [(2, false), (13, true), (29, false), (29, true), (41, false), (41, true)];
        var places = new Queue<(int Command, bool CarriedOut)>(losses);
        await using var station = await CampusStation.StartAsync(losses.Length, card =>
        {
            if (places.TryDequeue(out var place))
                (card.Faults.LoseContactAfterApdus, card.Faults.LoseContactAfterExecution) = (OpeningCommands + place.Command - 1, place.CarriedOut);
        });
        using var journals = new TemporaryFolder();
        using var run = await CampusRun.PersonalizeAsync(losses.Length + 2, station.Settings(journals.Path));
        Assert.Empty(places);
        Assert.Equal((losses.Length + 2, 0), (run.Status.Good, run.Status.SpoiledCards));
        // Every loss has happened.
        Assert.All(station.Pile("GOOD"), card => Assert.Null(card.Faults.LoseContactAfterApdus));
        foreach (var line in run.Report)
            run.AssertComplete(station.Pile("GOOD").Single(card => line.CardSerial!.EndsWith(card.SerialNumber, StringComparison.Ordinal)), line.CardObjectId!);
        Assert.All(station.Machine.Stack, stacked => Assert.Equal("GOOD", stacked.Pile));
    }

    [Fact]
    public async Task A_card_that_stays_mute_is_rejected()
    {
        using var run = await CampusRun.PersonalizeAsync(1, Station(0, "Faults:WrongCryptogramEvery=1"));
        Assert.Equal(CardState.Rejected, Assert.Single(run.Report).State);
    }

    static IEnumerable<string> Station(int number, params string[] settings) =>
        EmbeddedMesh.Station(number, "campus", ["Product=filesystem-demo", .. settings]);
}
