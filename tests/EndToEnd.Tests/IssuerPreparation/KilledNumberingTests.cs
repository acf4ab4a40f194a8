using System.Diagnostics;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>Two processes at a time prepare with one counter, one of them is killed: no card number is ever on two cards.</summary>
public sealed class KilledNumberingTests(TwoTokens tokens) : IClassFixture<TwoTokens>, IDisposable
{
    const int Rounds = 4;
    const int Cards = 150;
    const int NumberDgi = 0x0201;
    const long FewerThanAFile = 60_000;

    // Numbers on cards without key pairs: many cards in little time.
    const string Yaml = """
        profile: numbered
        version: 1
        title: A card with a number
        pool: emv
        retentionDays: 1
        maxAttempts: 1
        input:
          identifier: cardId
          fields: { cardId: { required: true } }
          formats: { csv: {} }
        fields:
          pan: { cardNumber: { counter: numbers, prefix: "99900099", length: 16, luhn: true } }
        chip:
          channel:
            { protocol: SCP02, i: 55, level: C-MAC+C-DECRYPTION, securityDomain: A000000151000000, keyVersion: 20, masterKey: KMC-EMV, diversification: emv-cps }
          applications:
            - name: debit
              aid: F0504552534F4D010101
              data:
                - { dgi: 0201, tlv: { 70: { 5A: "{pan}" } } }
                - { dgi: 8000, secret: [ emvMasterKey: { master: IMK-AC, pan: "{pan}", sequence: 01 } ] }
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_number_is_used_twice()
    {
        var profiles = Directory.CreateDirectory(_folder.File("profiles")).FullName;
        await File.WriteAllTextAsync(Path.Combine(profiles, "numbered.yaml"), Yaml);
        ProfileLibrary.Read("numbered.yaml", Yaml).Require();
        var counter = _folder.File("numbers.counter");
        await File.WriteAllTextAsync(counter, "1\n");
        await File.WriteAllLinesAsync(_folder.File("cards.csv"), ["cardId", .. Enumerable.Range(1, Cards).Select(i => $"N-{i}")]);
        var random = new Random(8);
        HashSet<string> used = new(StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            string[] outputs = [_folder.File($"killed-{round}.prec"), _folder.File($"whole-{round}.prec")];
            using var killed = Start(profiles, counter, outputs[0]);
            using var whole = Start(profiles, counter, outputs[1]);
            var killAt = random.NextInt64(FewerThanAFile);
            await Eventually.TrueAsync(() => killed.HasExited || UnfinishedFile.Length(outputs[0] + ".part") > killAt, () => "nothing is prepared");
            killed.Kill();
            await killed.WaitForExitAsync();
            await whole.WaitForExitAsync();
            Assert.Equal(0, whole.ExitCode);
            foreach (var output in outputs)
            {
                foreach (var number in await UnfinishedFile.ReadAsync(tokens, File.Exists(output) ? output : output + ".part", NumberDgi, "5A"))
                    Assert.True(used.Add(number), $"round {round} used a number that was used before");
            }
        }

        Assert.True(used.Count > Rounds * Cards, "no killed process had written a record: the test shows nothing");
    }

    Process Start(string profiles, string counter, string output) => Process.Start(tokens.StartPerso([
        "prepare", _folder.File("cards.csv"), "--profile", "numbered", "--profiles", profiles, "--kek", TwoTokens.Kek.Label, "--issuer", "DEMOBANK",
        "--counter", $"numbers={counter}", "--out", output, "--audit", output + ".log", "--threads", "1"]))!;
}
