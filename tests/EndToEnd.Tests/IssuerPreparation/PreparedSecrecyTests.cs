using System.Text;
using Npgsql;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>
/// No clear secret and nothing of a holder in a prepared file, on the broker, in tables, logs, telemetry or the broker's data, for cards that
/// their issuer prepared.
/// </summary>
public sealed class PreparedSecrecyTests(TwoTokens tokens) : IClassFixture<TwoTokens>
{
    const int Cards = 5;
    const string DebitAid = "F0504552534F4D010101";
    const int FirstKeyNumber = 0x8201;
    const int KeyNumbers = 5;

    [Fact]
    public async Task No_secret_and_no_holder_is_anywhere_on_the_way_of_a_prepared_card()
    {
        var records = MadeUpHolders.DebitCards("PREP", 21, Cards);
        foreach (var record in records)
            (record["loyaltyNumber"], record["tier"]) = ("L" + record["pan"][^5..] + "77", "GOLD");
        var prepared = await tokens.PrepareAsync(MadeUpHolders.JsonLines(records), "jsonl", Cards);
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var mesh = await receiver.ObserveAsync(() => ProcessMesh.UpAsync(stationsPerPool: 2, tokens.BureauHsm));
        IReadOnlyList<byte[]> messages;
        await using (var tap = await BrokerTap.OpenAsync(mesh.State.Broker!))
        {
            var (status, _) = await mesh.PersonalizeAsync("secrecy", "", "prepared", new MemoryStream(prepared));
            Assert.Equal(Cards, status.Good);
            await Eventually.TrueAsync(
                () => new[] { "VerifyPreparedFile", "PreparedFileVerified", "PrepareCards", "ScriptProtected", "CardPersonalized" }
                    .All(tap.MessageTypes.Contains),
                () => $"the tap has seen only {string.Join(", ", tap.MessageTypes)}");
            messages = tap.Messages;
        }

        var tables = await TablesAsync(mesh.State.ConnectionStringFile!);
        Assert.Contains(tables, table => table.Content.Contains(records[0]["cardId"], StringComparison.Ordinal));
        await mesh.DownAsync();
        Assert.Contains(receiver.Spans, span => span.Name == "prepare card");

        DebitHolder[] holders = [.. records.Select(fields => new DebitHolder(fields))];
        var everything = LeakScan.For(holders);
        foreach (var record in records)
            everything.AddText($"{record["cardId"]}: loyalty number", record["loyaltyNumber"]);
        AddKeys(everything, mesh.State.Output);
        Assert.Empty(everything.Find(prepared));
        Assert.All(messages, message => Assert.Empty(everything.Find(message)));
        Assert.All(receiver.Requests, request => Assert.Empty(everything.Find(request)));
        foreach (var (name, content) in tables)
            Assert.True(everything.Find(Encoding.UTF8.GetBytes(content)) is [], $"table {name}: {string.Join("; ", everything.Find(Encoding.UTF8.GetBytes(content)))}");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(mesh.Folder, "log"))
            .Concat(Directory.EnumerateFiles(Path.Combine(mesh.Folder, "broker"), "*", SearchOption.AllDirectories)))
        {
            var found = everything.Find(File.ReadAllBytes(file));
            Assert.True(found.Count == 0, $"{file}: {string.Join("; ", found)}");
        }
    }

    // As text: binary columns in hexadecimal.
    static async Task<IReadOnlyList<(string Name, string Content)>> TablesAsync(string connectionStringFile)
    {
        await using var database = NpgsqlDataSource.Create((await File.ReadAllTextAsync(connectionStringFile)).Trim());
        await using var connection = await database.OpenConnectionAsync();
        List<string> names = [];
        await using (var tables = new NpgsqlCommand(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
                + "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')", connection))
        await using (var reader = await tables.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                names.Add(reader.GetString(0));
        }

        List<(string, string)> contents = [];
        foreach (var name in names)
        {
            using var export = await connection.BeginTextExportAsync($"COPY {name} TO STDOUT");
            contents.Add((name, await export.ReadToEndAsync()));
        }

        return contents;
    }

    static void AddKeys(LeakScan scan, string output)
    {
        scan.AddBytes("the key encryption key", TwoTokens.KekValue);
        foreach (var card in CardStack.Read(output, Verdict.Good))
        {
            for (var dgi = FirstKeyNumber; dgi < FirstKeyNumber + KeyNumbers; dgi++)
                scan.AddBytes($"{card.CardObjectId}: private key, DGI {dgi:X4}", card.Card.DebugSecret(DebitAid, dgi)!);
        }
    }
}
