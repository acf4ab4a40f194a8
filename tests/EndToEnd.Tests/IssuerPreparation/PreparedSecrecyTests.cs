using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>No clear secret in a prepared file, on the broker, in logs or in the broker's data, for cards that their issuer prepared.</summary>
public sealed class PreparedSecrecyTests(TwoTokens tokens) : IClassFixture<TwoTokens>
{
    const int Cards = 5;
    const string DebitAid = "F0504552534F4D010101";
    const int FirstKeyNumber = 0x8201;
    const int KeyNumbers = 5;

    [Fact]
    public async Task No_secret_is_anywhere_on_the_way_of_a_prepared_card()
    {
        var records = MadeUpHolders.DebitCards("PREP", 21, Cards);
        foreach (var record in records)
            (record["loyaltyNumber"], record["tier"]) = ("L" + record["pan"][^5..], "GOLD");
        var prepared = await tokens.PrepareAsync(MadeUpHolders.JsonLines(records), "jsonl", Cards);
        await using var mesh = await ProcessMesh.UpAsync(stationsPerPool: 1, tokens.BureauHsm);
        IReadOnlyList<byte[]> messages;
        await using (var tap = await BrokerTap.OpenAsync(mesh.State.Broker!))
        {
            var (status, _) = await mesh.PersonalizeAsync("secrecy", "", "prepared", new MemoryStream(prepared));
            Assert.Equal(Cards, status.Good);
            await Eventually.TrueAsync(() => tap.MessageTypes.Contains("VerifyPreparedFile"), () => "the tap has not seen the file's verification");
            messages = tap.Messages;
        }

        await mesh.DownAsync();
        DebitHolder[] holders = [.. records.Select(fields => new DebitHolder(fields))];
        var everything = LeakScan.For(holders);
        AddKeys(everything, mesh.State.Output);
        Assert.All(messages, message => Assert.Empty(everything.Find(message)));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(mesh.Folder, "log"))
            .Concat(Directory.EnumerateFiles(Path.Combine(mesh.Folder, "broker"), "*", SearchOption.AllDirectories)))
        {
            var found = everything.Find(File.ReadAllBytes(file));
            Assert.True(found.Count == 0, $"{file}: {string.Join("; ", found)}");
        }

        // The file itself names the holders, as the issuer's own does: stripe, embossing and print need them.
        var secrets = new LeakScan();
        foreach (var holder in holders)
        {
            secrets.AddBytes($"{holder.Id}: enciphered PIN block", Convert.FromHexString(holder.EncipheredPin));
            secrets.AddBytes($"{holder.Id}: reference PIN block", Convert.FromHexString($"2{holder.Pin.Length:X}{holder.Pin}".PadRight(16, 'F')));
            foreach (var key in holder.MasterKeys)
                secrets.AddBytes($"{holder.Id}: a key", CardMathematics.WithOddParity(key));
        }

        AddKeys(secrets, mesh.State.Output);
        Assert.Empty(secrets.Find(prepared));
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
