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
            await Eventually.TrueAsync(() => process.HasExited || UnfinishedFile.Length(output + ".part") > killAt, () => "nothing is prepared");
            process.Kill();
            await process.WaitForExitAsync();
            var written = File.Exists(output) ? output : output + ".part";
            // What of the card's modulus has no room in its certificate: 26 bytes that tell it from every other.
            foreach (var key in await UnfinishedFile.ReadAsync(tokens, written, RecordDgi, "9F48"))
                Assert.True(used.Add(key), $"run {run} used a key pair that another run had used");
        }

        Assert.True(File.Exists(Path.Combine(_folder.Path, $"job-{Kills}.prec")));
        Assert.True(used.Count > Cards, "no killed run had written a record: the test shows nothing");
        using var session = tokens.Module.OpenSession();
        while (pool.Take(session, Size) is { Count: > 0 } rest)
            Assert.All(rest, pair => Assert.DoesNotContain(used, key => Convert.ToHexString(pair.Modulus!).EndsWith(key, StringComparison.Ordinal)));
    }
}
