using System.Text;
using PersoMesh.Contracts.Jobs;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Samples;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>An operator directs jobs while they run, and what is paused, cancelled or broken keeps nothing else waiting.</summary>
public sealed class JobOrdersTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_paused_job_waits_while_another_on_the_same_station_is_made_then_goes_on()
    {
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv", "ApduDelay=00:00:00.010"));
        using var client = new IngestClient(mesh.Address);
        await SubmitAsync(client, "paused", "emv-debit", cards: 12, seed: 1, priority: 5);
        await client.ControlAsync("paused", JobControl.Paused, null, None);
        await SubmitAsync(client, "other", "emv-debit", cards: 3, seed: 2);
        Assert.Equal(3, (await FinishedAsync(client, "other")).Good);
        var paused = (await client.FindAsync("paused", None))!;
        Assert.Equal(JobControl.Paused, paused.Control);
        Assert.True(paused.Ready + paused.Preparing > 0, "the paused job was made all the same");
        await client.ControlAsync("paused", JobControl.Active, null, None);
        Assert.Equal(12, (await FinishedAsync(client, "paused")).Good);
    }

    [Fact]
    public async Task A_cancelled_job_ends_at_once_and_its_cards_can_be_made_after_all()
    {
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv", "ApduDelay=00:00:00.010"));
        using var client = new IngestClient(mesh.Address);
        await SubmitAsync(client, "job", "emv-debit", cards: 10, seed: 1);
        await client.ControlAsync("job", JobControl.Cancelled, null, None);
        var cancelled = await FinishedAsync(client, "job");
        Assert.True(cancelled.Cancelled > 0, "every card was made all the same");
        Assert.Equal(10, cancelled.Cancelled + cancelled.Good);
        Assert.Equal(cancelled.Cancelled, await client.RemakeAsync("job", card: null, None));
        await Eventually.TrueAsync(async () => (await client.FindAsync("job", None))!.Good == 10, () => "the remade cards are not made");
    }

    [Fact]
    public async Task A_pool_that_wrong_keys_stop_keeps_no_other_waiting_and_is_resumed_without_a_restart()
    {
        string[] budget = ["--Controller:WrongCryptogramBudget=1"];
        await using var mesh = await EmbeddedMesh.StartAsync(
            [.. budget, .. EmbeddedMesh.Station(0, "emv", "Faults:WrongCryptogramEvery=3"), .. EmbeddedMesh.Station(1, "badge")]);
        using var client = new IngestClient(mesh.Address);
        await SubmitAsync(client, "debit", "emv-debit", cards: 6, seed: 1);
        await Eventually.TrueAsync(async () => (await client.FindAsync("debit", None))!.Stopped is not null, () => "the pool is not stopped");
        await SubmitAsync(client, "badges", "access-badge", cards: 3, seed: 1);
        var badges = await FinishedAsync(client, "badges");
        Assert.Equal((3, null), (badges.Good, badges.Stopped));
        await Eventually.TrueAsync(async () =>
        {
            var status = (await client.FindAsync("debit", None))!;
            if (status.Stopped is not null)
                await client.ResumePoolAsync("emv", None);
            return status.Good == 6;
        }, () => "the resumed pool does not make the rest");
    }

    [Fact]
    public async Task A_broken_profile_a_stopped_pool_and_a_paused_job_all_at_once_keep_nothing_else_waiting()
    {
        using var profiles = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(InstallFolder.Profiles, "*.yaml"))
            File.Copy(file, profiles.File(Path.GetFileName(file)));
        // Its cards come to a station, and only there nobody has their keys.
        File.WriteAllText(profiles.File("broken-badge.yaml"), File.ReadAllText(profiles.File("access-badge.yaml"))
            .Replace("profile: access-badge", "profile: broken-badge", StringComparison.Ordinal)
            .Replace("masterKey: KMC-BADGE", "masterKey: KMC-LOST", StringComparison.Ordinal));
        await using var mesh = await EmbeddedMesh.StartAsync(
        [
            $"--Translator:ProfileFolder={profiles.Path}", "--Controller:WrongCryptogramBudget=1",
            .. EmbeddedMesh.Station(0, "emv", "Faults:WrongCryptogramEvery=1"), .. EmbeddedMesh.Station(1, "badge", "ApduDelay=00:00:00.010"),
        ]);
        using var client = new IngestClient(mesh.Address);
        await SubmitAsync(client, "stopped", "emv-debit", cards: 3, seed: 1);
        await Eventually.TrueAsync(async () => (await client.FindAsync("stopped", None))!.Stopped is not null, () => "the pool is not stopped");
        await SubmitAsync(client, "paused", "access-badge", cards: 12, seed: 2, priority: 8);
        await client.ControlAsync("paused", JobControl.Paused, null, None);
        await SubmitAsync(client, "broken", "broken-badge", cards: 3, seed: 3, priority: 9);
        await SubmitAsync(client, "sound", "access-badge", cards: 3, seed: 4);
        Assert.Equal(3, (await FinishedAsync(client, "sound")).Good);
        Assert.Equal((0, 3), await NumbersAsync("broken", status => (status.Good, status.Rejected + status.Refused)));
        Assert.True(await NumbersAsync("paused", status => status.Ready) > 0, "the paused job was made all the same");
        Assert.Equal((0, true), await NumbersAsync("stopped", status => (status.Good, status.Stopped is not null)));

        async Task<T> NumbersAsync<T>(string job, Func<JobStatus, T> read) => read((await client.FindAsync(job, None))!);
    }

    [Fact]
    public async Task A_card_object_that_used_up_its_attempts_is_remade_and_settling_what_is_settled_is_refused()
    {
        // A reader's first three blanks are pulled out, then none: the profile allows three attempts.
        await using var mesh = await EmbeddedMesh.StartAsync(
            [.. EmbeddedMesh.Station(0, "emv", "Blanks=3", "Faults:PullOutEvery=1"), .. EmbeddedMesh.Station(1, "badge")]);
        using var client = new IngestClient(mesh.Address);
        await SubmitAsync(client, "job", "emv-debit", cards: 1, seed: 1);
        var status = await FinishedAsync(client, "job");
        Assert.Equal((1, 3), (status.Rejected, status.SpoiledCards));
        var id = (await client.ReportAsync("job", None).SingleAsync())!.CardObjectId!;
        var refusal = await Assert.ThrowsAsync<Perso.Commands.UserErrorException>(() => client.ResolveAsync(id, isGood: true, None));
        Assert.Contains("only an unresolved one", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await client.RemakeAsync("job", id, None));
        await Eventually.TrueAsync(async () => (await client.FindCardAsync(id, None))!.State == Ingest.Jobs.CardState.Ready, () => "the card object is not ready again");
    }

    [Fact]
    public async Task The_same_submission_sent_twice_is_taken_once()
    {
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv"));
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var file = Sample("emv-debit", cards: 5, seed: 1);
        var address = new Uri($"jobs/job/card-objects?profile=emv-debit&format=csv&key={Guid.NewGuid()}", UriKind.Relative);
        for (var i = 0; i < 2; i++)
        {
            using var content = new StringContent(Encoding.UTF8.GetString(file.ToArray()));
            using var response = await http.PostAsync(address, content);
            Assert.Contains("\"accepted\":5,\"refused\":0", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var client = new IngestClient(mesh.Address);
        Assert.Equal(5, (await FinishedAsync(client, "job")).Records);
    }

    static async Task SubmitAsync(IngestClient client, string job, string profile, int cards, int seed, int priority = 0)
    {
        using var records = Sample(profile, cards, seed);
        await client.SubmitAsync(job, profile, "csv", priority, records, None);
    }

    static MemoryStream Sample(string profile, int cards, int seed)
    {
        var records = new MemoryStream();
        SampleFile.Write(ProfileLibrary.Load(InstallFolder.Profiles).Get(profile == "broken-badge" ? "access-badge" : profile), cards, seed, "csv", records);
        records.Position = 0;
        return records;
    }

    static async Task<JobStatus> FinishedAsync(IngestClient client, string job)
    {
        JobStatus? status = null;
        await Eventually.TrueAsync(async () => (status = await client.FindAsync(job, None)) is { IsFinished: true }, () => $"{job} is not finished: {status}");
        return status!;
    }
}
