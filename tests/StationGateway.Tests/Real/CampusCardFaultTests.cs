using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Demo;
using PersoMesh.Profiles;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>File-system cards that are pulled out in the middle of the copy, in virtual readers.</summary>
public sealed class CampusCardFaultTests
{
    // The opening has 3 commands; of the batch 6 are answered: the next one writes the first byte of EF.Identifier.
    const string InTheMiddle = "Faults:PullOutAfterApdus=9";

    [Fact]
    public async Task A_card_pulled_out_mid_copy_is_rejected_with_file_and_offset()
    {
        var (status, report, letters) = await PersonalizeAsync(cards: 1, "Faults:PullOutEvery=1", InTheMiddle);
        Assert.Equal((0, 1), (status.Good, status.Rejected));
        Assert.Equal("the card was taken out at command 7 of 89 (00D60000, file 3F00/2F05, offset 0)", Assert.Single(report).Reason);
        Assert.Equal(0, letters);
    }

    [Fact]
    public async Task The_next_blank_gets_the_same_card_object_from_the_start()
    {
        var (status, report, letters) = await PersonalizeAsync(cards: 4, "Faults:PullOutEvery=2", InTheMiddle);
        Assert.Equal((4, 0), (status.Good, status.Rejected));
        Assert.True(status.SpoiledCards > 0);
        Assert.Contains(report, line => line.Attempts == 2);
        Assert.Equal(4, letters);
    }

    static async Task<(JobStatus Status, IReadOnlyList<CardReport> Report, int Letters)> PersonalizeAsync(int cards, params string[] station)
    {
        using var folder = new TemporaryFolder();
        var profile = ProfileLibrary.Load(Perso.InstallFolder.Profiles).Get("campus-card");
        await using var mesh = await EmbeddedMesh.StartAsync(
        [
            .. DemoMailPrinter.Settings([profile], folder.Path).Select(setting => $"--{setting.Key}={setting.Value}"),
            .. EmbeddedMesh.Station(0, "campus", ["Product=filesystem-demo", .. station]),
        ]);
        var students = Enumerable.Range(1, cards).Select(number => new Student(number).Record);
        var (status, report) = await mesh.PersonalizeAsync("pulled", "campus-card", "jsonl", MadeUpHolders.JsonLines([.. students]));
        return (status, report, Directory.EnumerateFiles(folder.File("pin-mailers")).Count());
    }
}
