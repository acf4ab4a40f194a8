using PersoMesh.Contracts.Jobs;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>
/// Who did what to which card, in a mesh without a database: the log is a file. <see cref="SeparateProcessesTests"/> looks at that of one
/// with a database.
/// </summary>
public sealed class AuditTrailTests
{
    [Fact]
    public async Task Every_card_and_every_order_is_in_a_sealed_file_that_tells_of_no_holder()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("audit.log");
        var cards = MadeUpHolders.DebitCards("AUDIT", 14, 5);
        IReadOnlyList<CardReport> report;
        await using (var mesh = await EmbeddedMesh.StartAsync([$"--Mesh:AuditLog={path}", .. EmbeddedMesh.Station(0, "emv", "Faults:PullOutEvery=4")]))
        {
            report = (await mesh.PersonalizeAsync("job", "emv-debit", "jsonl", MadeUpHolders.JsonLines(cards))).Report;
            using var client = new IngestClient(mesh.Address);
            await client.ControlAsync("job", JobControl.Paused, priority: 4, CancellationToken.None);
            await client.ResumePoolAsync("emv", CancellationToken.None);
        }

        var log = File.ReadAllBytes(path);
        var found = AuditView.Verify(log);
        Assert.Empty(found.Findings);
        Assert.True(found.SealsChecked > 0);
        Assert.Equal(0, found.Unsealed);
        var seen = AuditView.Read(log);
        Assert.Equal(["job.submit", "job.submitted", "job.pause", "job.priority"], seen.Of("job"));
        Assert.All(seen.Where(record => record.Subject is "job" or "emv"), record => Assert.Equal(Environment.UserName, record.Actor));
        Assert.Equal(["pool.resume"], seen.Of("emv"));
        Assert.Contains(report, line => line.Attempts == 2);
        foreach (var line in report)
        {
            string[] spoiled = line.Attempts == 1 ? [] : ["session.assign", "session.verdict", "card.retry"];
            // Booked for a blank after one that was rejected, it goes back untouched.
            var returned = seen.Of(line.CardObjectId!).Where(action => action == "session.return").SelectMany(action => new[] { "session.assign", action });
            // Ingest and Controller note independently of each other.
            Assert.Equal(
                new[] { "card.accept", "card.good", "session.assign", "session.verdict" }.Concat(spoiled).Concat(returned).Order(StringComparer.Ordinal),
                seen.Of(line.CardObjectId!).Order(StringComparer.Ordinal));
            var last = seen.Single(record => record.Subject == line.CardObjectId && record.Action == "card.good");
            Assert.Equal((line.Station, line.CardSerial, $"{line.Attempts}"), (last.Actor, last.Details["serial"], last.Details["attempt"]));
        }

        Assert.Empty(LeakScan.For(cards.Select(card => new DebitHolder(card))).Find(log));
    }
}
