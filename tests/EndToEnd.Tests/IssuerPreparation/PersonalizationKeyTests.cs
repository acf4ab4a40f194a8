using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.Emv;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Preparing;
using PersoMesh.Perso.Samples;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>Secrets that the issuer enciphers under a key of the cards' manufacturer: nobody between issuer and card can decipher them.</summary>
public sealed class PersonalizationKeyTests : IClassFixture<TwoTokens>, IDisposable
{
    const int Cards = 4;
    const string KeyLabel = "PK-EMV";
    const string DebitAid = "F0504552534F4D010101";

    static readonly int[] SecretDgis = [0x8000, 0x8201, 0x8202, 0x8203, 0x8204, 0x8205, 0x8010];

    readonly TwoTokens _tokens;
    readonly TemporaryFolder _profiles = new();
    readonly string _cards;

    public PersonalizationKeyTests(TwoTokens tokens)
    {
        _tokens = tokens;
        var profile = File.ReadAllText(Path.Combine(InstallFolder.Profiles, "emv-dda.yaml"));
        var option = $"# personalizationKey: {KeyLabel}";
        Assert.Contains(option, profile, StringComparison.Ordinal);
        File.WriteAllText(_profiles.File("emv-dda.yaml"),
            profile.Replace(option, option[2..], StringComparison.Ordinal).Replace("to: iso-2", "to: iso-1", StringComparison.Ordinal));
        _cards = SampleFile.Write(Profile, Cards, seed: 61, _profiles.File("cards.csv"));
    }

    CardProfile Profile => ProfileLibrary.Load(_profiles.Path).Get("emv-dda");

    public void Dispose() => _profiles.Dispose();

    [Fact]
    public async Task The_bureau_loads_what_only_the_card_can_decipher()
    {
        var file = await PrepareAsync();
        await AssertTravelsUnderPersonalizationKeyAsync(file);
        Assert.DoesNotContain(KeyLabel, _tokens.LabelsOf(TwoTokens.BureauToken));
        await using var mesh = await StartAsync();
        var (status, report) = await mesh.PersonalizeAsync("personalization key", "", "prepared", new MemoryStream(file));
        Assert.True(status.Good == Cards, string.Join('\n', report.Select(line => line.Reason).Distinct()));
        var terminal = new SimulatedTerminal([_tokens.Authority.PublicKey], new DateOnly(2026, 11, 21));
        var holders = DebitHolder.ReadAll(_cards).ToDictionary(holder => holder.Id);
        foreach (var card in CardStack.Read(mesh.Output, Verdict.Good))
        {
            var holder = holders[card.CardObjectId];
            // The keys, computed here from the master keys; the private key signs; the PIN is the holder's.
            Assert.Equal(WithoutParity(holder.MasterKeys.SelectMany(key => key)), WithoutParity(card.Card.DebugSecret(DebitAid, 0x8000)!));
            var result = terminal.Check(card.Card, Convert.FromHexString(DebitAid));
            Assert.All(result.Findings, finding => Assert.True(finding.Passed, $"{finding.Subject}"));
            Assert.Contains(result.Findings, finding => finding.Subject == AuthenticationSubject.SignedStaticData);
            Assert.Contains(result.Findings, finding => finding.Subject == AuthenticationSubject.DynamicSignature);
            Assert.Equal(0x9000, CardInspector.VerifyPin(card.Card, DebitAid, holder.Pin));
        }
    }

    [Fact]
    public async Task A_changed_byte_under_the_personalization_key_is_refused_by_the_applications_MAC()
    {
        var file = await PrepareAsync();
        var parts = new PreparedFileParts(file);
        var original = new PreparedRecordParts(parts.Records[1]).Applications[0];
        var secret = (await SecretsAsync(file))[1][0];
        var at = parts.Records[1].AsSpan().IndexOf(original) + original.AsSpan().IndexOf(secret.Value.Span);
        parts.Records[1][at + 5] ^= 1;
        await using var mesh = await StartAsync();
        var (status, report) = await mesh.PersonalizeAsync("changed", "", "prepared", new MemoryStream(parts.Join()));
        Assert.Equal((Cards - 1, 1), ((int)status.Good, (int)status.Refused));
        var line = Assert.Single(report, line => line.Reason is not null);
        Assert.Equal((2, "application 1 (debit)"), ((int)line.RecordNumber, line.Field));
        Assert.Contains("MAC is wrong", line.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cards_of_such_a_profile_are_refused_unprepared()
    {
        await using var mesh = await StartAsync();
        await using var cards = File.OpenRead(_cards);
        var (status, report) = await mesh.PersonalizeAsync("unprepared", "emv-dda", "csv", cards);
        Assert.Equal(Cards, status.Refused);
        Assert.All(report, line => Assert.Contains("perso prepare", line.Reason, StringComparison.Ordinal));
    }

    Task<EmbeddedMesh> StartAsync() => EmbeddedMesh.StartAsync(
        [.. _tokens.BureauSettings, .. EmbeddedMesh.Station(0, "emv"), $"--Translator:ProfileFolder={_profiles.Path}"]);

    // The lowest bit of each byte of a DES key is no part of it.
    static IEnumerable<byte> WithoutParity(IEnumerable<byte> keys) => keys.Select(b => (byte)(b & 0xFE));

    async Task<byte[]> PrepareAsync()
    {
        await using var cards = File.OpenRead(_cards);
        using var output = new MemoryStream();
        var pass = PreparationPass.First(Profile);
        var outcome = await new PreparationRun(_tokens.Plan(pass, pass.Begin("DEMOBANK", TwoTokens.Kek), "csv"))
            .RunAsync(cards, output, default);
        Assert.Empty(outcome.Refusals);
        return output.ToArray();
    }

    static async Task AssertTravelsUnderPersonalizationKeyAsync(byte[] file)
    {
        foreach (var secrets in await SecretsAsync(file))
            Assert.Equal(SecretDgis, secrets.Select(grouping => (int)grouping.Dgi.Value));
    }

    static async Task<IReadOnlyList<IReadOnlyList<PreparedGrouping>>> SecretsAsync(byte[] file)
    {
        var reader = new PreparedFileReader(new MemoryStream(file));
        var header = await reader.ReadHeaderAsync();
        List<IReadOnlyList<PreparedGrouping>> all = [];
        await foreach (var place in reader.ReadRecordsAsync())
        {
            var record = PreparedRecord.Decode(header, place.Number, place.Modules!.Value);
            var groupings = PreparedApplication.Decode("debit", record.Applications[0].Content).Groupings;
            Assert.DoesNotContain(groupings, grouping => grouping.Kind == PreparedGroupingKind.Enciphered);
            all.Add([.. groupings.Where(grouping => grouping.Kind == PreparedGroupingKind.UnderPersonalizationKey)]);
        }

        return all;
    }
}
