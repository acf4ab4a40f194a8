using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>File-system cards that are pulled out in the middle of the copy, in virtual readers.</summary>
public sealed class CampusCardFaultTests
{
    const int OpeningCommands = 3;

    // What the campus card's profile makes of ISO/IEC 7816-4 and -9, counted by hand: 41 commands that write, 48 that read back.
    [Theory]
    [InlineData(7, "00D60000, file 3F00/2F05, offset 0")]
    [InlineData(11, "00E00000, file 3F00/DF01/0002")]
    [InlineData(13, "00D600FF, file 3F00/DF01/0002, offset 255")]
    [InlineData(17, "00E20000, file 3F00/DF01/0003, record 3")]
    [InlineData(29, "00240001, file 3F00")]
    public async Task A_card_pulled_out_mid_copy_is_rejected_with_file_and_offset(int command, string place)
    {
        using var run = await CampusRun.PersonalizeAsync(1, Station(0, "Faults:PullOutEvery=1", PulledAt(command)));
        Assert.Equal((0, 1), (run.Status.Good, run.Status.Rejected));
        Assert.Equal($"the card was taken out at command {command} of 89 ({place})", Assert.Single(run.Report).Reason);
        Assert.All(run.Piles[Verdict.Rejected], pulled => Assert.False(pulled.Card.IsActivated));
        Assert.Equal(0, run.LetterCount);
    }

    [Fact]
    public async Task The_next_blank_gets_the_same_card_object_from_the_start()
    {
        // One blank for each of these stations, which is pulled out; the last station makes all cards that are left.
        int[] commands = [1, 4, 7, 13, 21, 28, 29, 40];
        var stations = commands.SelectMany((command, i) => Station(i, "Blanks=1", "Faults:PullOutEvery=1", PulledAt(command)));
        using var run = await CampusRun.PersonalizeAsync(2 * commands.Length, [.. stations, .. Station(commands.Length)]);
        Assert.Equal((2 * commands.Length, 0, commands.Length), (run.Status.Good, run.Status.Rejected, run.Status.SpoiledCards));
        Assert.Equal(2 * commands.Length, run.LetterCount);
        Assert.Equal(commands.Length, run.Piles[Verdict.Rejected].Count);
        foreach (var (id, card) in run.Piles[Verdict.Rejected])
        {
            Assert.False(card.IsActivated);
            Assert.InRange(run.Report.Single(line => line.CardObjectId == id).Attempts, 2, 3);
        }

        // Each card object is on one good card, with all files, and the PIN of its one letter.
        Assert.Equal(run.Report.Select(line => line.CardObjectId).Order(), run.Piles[Verdict.Good].Select(good => good.CardObjectId).Order());
        Assert.All(run.Piles[Verdict.Good], good => run.AssertComplete(good.Card, good.CardObjectId));
    }

    [Fact]
    public async Task A_card_pulled_out_at_its_last_command_is_unresolved()
    {
        using var run = await CampusRun.PersonalizeAsync(1, Station(0, "Faults:PullOutEvery=1", PulledAt(41)));
        Assert.Equal(CardState.Unresolved, Assert.Single(run.Report).State);
        Assert.Equal(0, run.LetterCount);
    }

    static string PulledAt(int command) => $"Faults:PullOutAfterApdus={OpeningCommands + command - 1}";

    static IEnumerable<string> Station(int number, params string[] settings) =>
        EmbeddedMesh.Station(number, "campus", ["Product=filesystem-demo", .. settings]);
}
