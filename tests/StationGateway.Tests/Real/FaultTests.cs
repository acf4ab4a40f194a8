using PersoMesh.CardSimulator;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>What goes wrong at a real reader, and what became of the card object and of the physical card.</summary>
public sealed class FaultTests
{
    const byte Secured = 0x0F;

    [Fact]
    public async Task A_card_pulled_at_any_command_is_rejected_and_made_again_and_at_the_last_one_unresolved()
    {
        var commands = await CountCommandsAsync();
        Assert.InRange(commands, 8, 40);
        // One reader for each command: its first card is gone there, the others are sound.
        var places = new Queue<int>(Enumerable.Range(0, commands));
        await using var station = await MachineStation.StartAsync(4, card =>
        {
            if (places.TryDequeue(out var place))
                card.Faults.RemoveAfterApdus = place;
        });
        using var journals = new TemporaryFolder();
        await using var mesh = await EmbeddedMesh.StartAsync(station.Settings(journals.Path));
        var holders = MadeUpHolders.DebitCards("pulled", 22, commands);
        var (status, report) = await mesh.PersonalizeAsync("pulled", "emv-debit", "jsonl", MadeUpHolders.JsonLines(holders));

        // Card objects: one unresolved, all others good.
        Assert.Equal((commands - 1, 0, 1, commands), (status.Good, status.Rejected, status.Unresolved, status.SpoiledCards));
        var unresolved = Assert.Single(report, line => line.State == CardState.Unresolved);
        Assert.StartsWith("the card was taken out at command", unresolved.Reason, StringComparison.Ordinal);
        Assert.Equal(commands - 1, unresolved.ApduCount);
        // Physical cards: every place had its card, each was set apart, and the good ones are whole.
        Assert.Empty(places);
        DebitCardCheck.EveryHolderHasHerCard(
            station.Pile("GOOD", report),
            [.. holders.Select(holder => new DebitHolder(holder)).Where(holder => holder.Id != unresolved.CardObjectId)],
            [.. report.Where(line => line.State == CardState.Good)]);
        Assert.Single(station.Machine.Stack, card => card.Pile == "UNRESOLVED");
        Assert.Equal(commands - 1, station.Machine.Stack.Count(card => card.Pile == "REJECTED"));
        Assert.All(station.Machine.Stack.Where(card => card.Pile == "REJECTED"), card => Assert.NotEqual(Secured, card.Card.LifeCycle));
    }

    [Fact]
    public async Task A_card_that_is_mute_is_rejected_and_its_card_object_waits_for_the_next()
    {
        var blanks = 0;
        await using var station = await MachineStation.StartAsync(1, card => card.Faults.Mute = ++blanks == 1);
        using var journals = new TemporaryFolder();
        await using var mesh = await EmbeddedMesh.StartAsync(station.Settings(journals.Path));
        var (status, report) = await mesh.PersonalizeAsync("mute", "emv-debit", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("mute", 23, 1)));
        Assert.Equal((1, 0), (status.Good, status.SpoiledCards));
        Assert.Equal(1, Assert.Single(report).Attempts);
        Assert.Equal(["REJECTED", "GOOD"], station.Machine.Stack.Select(card => card.Pile));
    }

    [Fact]
    public async Task A_card_of_another_kind_is_rejected_before_any_command_reaches_it()
    {
        var blanks = 0;
        await using var station = await MachineStation.StartAsync(
            1, blank: () => ++blanks == 1 ? new SimulatedCard(Blueprints.BadgeDemo(DemoKeys.Get("KMC-BADGE")) with { Atr = [0x3B, 0x00] }, 7) : MachineStation.Blank());
        using var journals = new TemporaryFolder();
        await using var mesh = await EmbeddedMesh.StartAsync(station.Settings(journals.Path));
        var (status, _) = await mesh.PersonalizeAsync("other", "emv-debit", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("other", 24, 1)));
        Assert.Equal((1, 0), (status.Good, status.SpoiledCards));
        Assert.Equal(["REJECTED", "GOOD"], station.Machine.Stack.Select(card => card.Pile));
        Assert.Equal(0, station.Machine.Stack.First().Card.ApduCount);
    }

    [Fact]
    public async Task Pcscd_killed_in_a_batch_and_restarted_costs_the_card_and_not_the_card_object()
    {
        var pcscd = await PcscdProcess.GetAsync();
        await using var station = await MachineStation.StartAsync(2);
        using var journals = new TemporaryFolder();
        await using var mesh = await EmbeddedMesh.StartAsync(station.Settings(journals.Path));
        // Each lane's first card is held after the opening's three commands and one that writes: none may be at its last command, which would leave it unresolved.
        var held = station.Readers.Select(slot => station.Machine.HoldAfter(slot.Reader, commands: 5)).ToArray();
        var work = mesh.PersonalizeAsync("killed", "emv-debit", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("killed", 25, 6)));
        var halfWritten = await Task.WhenAll(held).WaitAsync(TimeSpan.FromMinutes(1));
        await pcscd.KillAsync();
        foreach (var slot in station.Readers)
            station.Machine.Release(slot.Reader);
        await pcscd.RestartAsync();
        var (status, _) = await work;
        Assert.Equal((6, 0, 0, 2), (status.Good, status.Rejected, status.Unresolved, status.SpoiledCards));
        // The cards that were half written did not pass for blanks when their readers came back.
        Assert.All(halfWritten, card => Assert.Equal("REJECTED", station.Machine.Stack.Single(stacked => stacked.Card == card).Pile));
        Assert.Equal(6, station.Machine.Stack.Count(stacked => stacked.Pile == "GOOD"));
    }

    [Fact]
    public async Task An_operator_is_told_what_to_do_at_each_step_and_a_card_that_stays_is_not_taken_for_a_blank()
    {
        var pcscd = await PcscdProcess.GetAsync();
        var slot = pcscd.Slots[0];
        await PcscdProcess.EmptyAsync(slot);
        using var journals = new TemporaryFolder();
        string[] settings =
        [
            $"--StationGateway:JournalFolder={journals.Path}", "--StationGateway:Stations:0:Name=desk", "--StationGateway:Stations:0:Pool=emv",
            "--StationGateway:Stations:0:Kind=Pcsc", $"--StationGateway:Stations:0:ReaderPattern={slot.Reader}",
        ];
        await using var connection = new CardSimulator.Vpcd.VpcdConnection("127.0.0.1", slot.Port);
        await using (var mesh = await EmbeddedMesh.StartAsync(settings))
        {
            await SaysAsync(mesh, "Insert a blank card.");
            connection.Insert(MachineStation.Blank());
            var (status, _) = await mesh.PersonalizeAsync("desk", "emv-debit", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("desk", 26, 1)));
            Assert.Equal(1, status.Good);
            await SaysAsync(mesh, "Take the card out and put it on the pile GOOD.");
        }

        // The gateway restarts with the finished card still in its reader.
        await using (var mesh = await EmbeddedMesh.StartAsync(settings))
        {
            await SaysAsync(mesh, "Take the card out and put it on the pile REJECTED.");
            await connection.RemoveAsync();
            await SaysAsync(mesh, "Insert a blank card.");
            connection.Insert(MachineStation.Blank());
            await Eventually.TrueAsync(async () => (await mesh.ReadersAsync()).Single().Activity == "waiting", () => "a blank that waits");
        }

        await connection.RemoveAsync();
    }

    static Task SaysAsync(EmbeddedMesh mesh, string instruction)
    {
        string? said = null;
        return Eventually.TrueAsync(
            async () => (said = (await mesh.ReadersAsync()).SingleOrDefault()?.Instruction) == instruction, () => $"the reader does not say '{instruction}' but '{said}'");
    }

    static async Task<int> CountCommandsAsync()
    {
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv"));
        var (_, report) = await mesh.PersonalizeAsync("whole", "emv-debit", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("whole", 27, 1)));
        return report[0].ApduCount;
    }
}
