using System.Diagnostics;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso.Samples;
using PersoMesh.PreparedJobs;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>A process that prepares is killed again and again: no key pair of the pool is ever on two cards.</summary>
public sealed class KilledPreparationTests(TwoTokens tokens) : IClassFixture<TwoTokens>, IDisposable
{
    const int Kills = 8;
    const int Cards = 40;
    const int RecordDgi = 0x0103;
    const long FewerThanAFile = 150_000;

    static readonly KeyPairSize Size = new(1152, 3);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_key_pair_is_used_twice_however_often_preparation_is_killed()
    {
        var pool = new KeyPairStore(Path.Combine(_folder.Path, "pool"));
        KeyPairFilling.Fill(tokens.Module, pool, Size, target: 6 * KeyPairStore.SegmentSize, threads: 2, _ => { }, default);
        var cards = SampleFile.Write(TwoTokens.Profile, Cards, seed: 31, Path.Combine(_folder.Path, "cards.csv"));
        var certificate = Path.Combine(_folder.Path, "issuer.cert");
        await File.WriteAllLinesAsync(certificate, tokens.Certificate.ToLines());
        var random = new Random(6);
        HashSet<string> used = new(StringComparer.Ordinal);
        for (var run = 0; run <= Kills; run++)
        {
            var output = Path.Combine(_folder.Path, $"job-{run}.prec");
            using var process = Process.Start(tokens.StartPerso([
                "prepare", cards, "--profile", "emv-dda", "--kek", TwoTokens.Kek.Label, "--issuer", "DEMOBANK", "--out", output,
                "--issuer-certificate", $"{TwoTokens.IssuerKey}={certificate}", "--key-pool", Path.Combine(_folder.Path, "pool"),
                "--audit", Path.Combine(_folder.Path, $"audit-{run}.log")]))!;
            // The last one is left alone.
            var killAt = run == Kills ? long.MaxValue : random.NextInt64(FewerThanAFile);
            await Eventually.TrueAsync(() => process.HasExited || LengthOf(output + ".part") > killAt, () => "nothing is prepared");
            process.Kill();
            await process.WaitForExitAsync();
            var written = File.Exists(output) ? output : output + ".part";
            foreach (var key in await KeysAsync(written))
                Assert.True(used.Add(key), $"run {run} used a key pair that another run had used");
        }

        Assert.True(File.Exists(Path.Combine(_folder.Path, $"job-{Kills}.prec")));
        Assert.True(used.Count > Cards, "no killed run had written a record: the test shows nothing");
        using var session = tokens.Module.OpenSession();
        while (pool.Take(session, Size) is { Count: > 0 } rest)
            Assert.All(rest, pair => Assert.DoesNotContain(used, key => Convert.ToHexString(pair.Modulus!).EndsWith(key, StringComparison.Ordinal)));
    }

    static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : -1;

    // What of the card's modulus has no room in its certificate (tag 9F48): 26 bytes that tell it from every other.
    async Task<IReadOnlyList<string>> KeysAsync(string path)
    {
        List<string> keys = [];
        if (!File.Exists(path))
            return keys;
        await using var file = File.OpenRead(path);
        var reader = new PreparedFileReader(file);
        try
        {
            using var session = tokens.Module.OpenSession();
            using var ring = new TransportKeyRing(session, await reader.ReadHeaderAsync());
            using var cipher = new CardholderCipher(RecordOpening.DecipherDataKey(ring, kek: 0), ring.Header.FileId.Span);
            await foreach (var place in reader.ReadRecordsAsync())
            {
                var record = PreparedRecord.Decode(ring.Header, place.Number, place.Modules!.Value);
                var application = PreparedApplication.Decode("debit", record.Applications[0].Content);
                var grouping = application.Groupings.Single(grouping => grouping.Dgi.Value == RecordDgi);
                keys.Add(Tlv.ReadTemplate70(cipher.DecipherGrouping(record.CardObjectId, 0, "debit", grouping))["9F48"]);
            }
        }
        catch (PreparedJobException)
        {
            // It was cut off where the process died.
        }

        return keys;
    }
}
