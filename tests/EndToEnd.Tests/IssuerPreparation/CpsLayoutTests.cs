using System.Text;
using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.Emv;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Preparing;
using PersoMesh.Perso.Samples;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>Prepared files whose records have IC modules of EMV CPS.</summary>
public sealed class CpsLayoutTests(TwoTokens tokens) : IClassFixture<TwoTokens>
{
    const int Cards = 4;
    const int EveryNthBit = 11;
    const byte SecretMode = 0x91;
    const byte PersonalMode = 0x92;
    const string DebitAid = "F0504552534F4D010101";
    const string LoyaltyAid = "F0504552534F4D010201";

    [Fact]
    public async Task Both_layouts_carry_the_same_data_groupings()
    {
        // Without a key pair of its own, a card is the same however often it is prepared.
        var profile = ProfileLibrary.Load(InstallFolder.Profiles).Get("emv-debit");
        var fileId = Enumerable.Range(0, 16).Select(i => (byte)(i * 11)).ToArray();
        var own = await ReadAsync(await PrepareAsync(profile, ChipLayout.Own, fileId), fileId, OwnGroupings);
        var cps = await ReadAsync(await PrepareAsync(profile, ChipLayout.Cps, fileId), fileId, CpsGroupings);
        Assert.Equal(Cards, own.Count);
        Assert.All(own, card => Assert.Contains(card, line => line.StartsWith("8000 Secret ", StringComparison.Ordinal)));
        Assert.Equal(own, cps);
    }

    [Fact]
    public async Task A_CPS_file_personalizes_to_cards_that_pass_authentication()
    {
        Assert.Equal("prepared", RecordFormat.Of("job.cps", given: null));
        var file = await PrepareAsync(TwoTokens.Profile, ChipLayout.Cps);
        var (status, report, cards) = await PersonalizeAsync(file);
        Assert.True(status == (Cards, 0), string.Join('\n', report));
        var terminal = new SimulatedTerminal([tokens.Authority.PublicKey], new DateOnly(2026, 11, 21));
        foreach (var card in cards)
        {
            var result = terminal.Check(card.Card, Convert.FromHexString(DebitAid));
            Assert.All(result.Findings, finding => Assert.True(finding.Passed, $"{finding.Subject}"));
            Assert.Contains(result.Findings, finding => finding.Subject == AuthenticationSubject.DynamicSignature);
            Assert.NotEmpty(CardInspector.Read(card.Card)[LoyaltyAid].Records);
        }
    }

    [Fact]
    public async Task A_changed_bit_is_refused_and_costs_that_record_alone()
    {
        var parts = new PreparedFileParts(await PrepareAsync(TwoTokens.Profile, ChipLayout.Cps));
        var original = parts.Records[1];
        using (var module = tokens.OpenBureau())
        using (var session = module.OpenSession())
        {
            for (var bit = 0; bit < original.Length * 8; bit += EveryNthBit)
            {
                parts.Records[1] = PreparedFileParts.Flip(original, bit);
                var reader = new PreparedFileReader(new MemoryStream(parts.Join()));
                using var ring = new TransportKeyRing(session, await reader.ReadHeaderAsync());
                var places = await reader.ReadRecordsAsync().ToArrayAsync();
                Assert.Equal(Cards, places.Length);
                if (places[1].Modules is { } modules && places[1].Number == 2)
                    Assert.Throws<PreparedJobException>(() => RecordOpening.Verify(ring, PreparedRecord.Decode(ring.Header, 2, modules)));
            }
        }

        // In the last data grouping of the last application.
        var loyalty = new CpsRecordParts(new PreparedRecordParts(original, readsOwnLayout: false).Modules["IC"]).Applications[1];
        var at = original.AsSpan().IndexOf(loyalty.Groupings[^1].Value);
        parts.Records[1] = PreparedFileParts.Flip(original, (at + 20) * 8);
        var (status, report, _) = await PersonalizeAsync(parts.Join());
        Assert.Equal((Cards - 1, 1), status);
        Assert.StartsWith("2, application 2 (loyalty): its MAC is wrong: it was changed after preparation.", Assert.Single(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut", "cut off")]
    [InlineData("removed", "3 records, but was made with 4")]
    [InlineData("other layout", "MAC is wrong")]
    public async Task A_file_that_is_not_whole_is_refused(string change, string reason)
    {
        var parts = new PreparedFileParts(await PrepareAsync(TwoTokens.Profile, ChipLayout.Cps));
        var file = parts.Join();
        if (change == "cut")
        {
            file = file[..(parts.Header.Length + parts.Records[0].Length + parts.Records[1].Length / 2)];
        }
        else if (change == "removed")
        {
            parts.Records.RemoveAt(2);
            file = parts.Join();
        }
        else
        {
            file[8 + 4 + 2] = (byte)ChipLayout.Own;
        }

        await using var mesh = await StartAsync();
        var e = await Assert.ThrowsAsync<UserErrorException>(() => mesh.PersonalizeAsync("changed", "", "prepared", new MemoryStream(file)));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    Task<EmbeddedMesh> StartAsync() => EmbeddedMesh.StartAsync([.. tokens.BureauSettings, .. EmbeddedMesh.Station(0, "emv")]);

    async Task<((int Good, int Refused) Status, IReadOnlyList<string> Refusals, IReadOnlyList<StackedCard> Cards)> PersonalizeAsync(byte[] file)
    {
        await using var mesh = await StartAsync();
        var (status, report) = await mesh.PersonalizeAsync("cps", "", "prepared", new MemoryStream(file));
        return (((int)status.Good, (int)status.Refused),
            [.. report.Where(line => line.Reason is not null).Select(line => $"{line.RecordNumber}, {line.Field}: {line.Reason}")],
            CardStack.Read(mesh.Output, Verdict.Good));
    }

    async Task<byte[]> PrepareAsync(CardProfile profile, ChipLayout layout, byte[]? fileId = null)
    {
        using var input = new MemoryStream();
        SampleFile.Write(profile, Cards, seed: 51, "csv", input);
        input.Position = 0;
        using var output = new MemoryStream();
        var pass = PreparationPass.First(profile);
        var header = pass.Begin("DEMOBANK", TwoTokens.Kek, layout: layout);
        var plan = tokens.Plan(pass, fileId is null ? header : header with { FileId = fileId }, "csv");
        Assert.Equal(Cards, (await new PreparationRun(plan).RunAsync(input, output, default)).Prepared);
        return output.ToArray();
    }

    // For each card, for each data grouping: DGI, how it travelled, and the clear value, all by this test's own reading.
    static async Task<IReadOnlyList<IReadOnlyList<string>>> ReadAsync(
        byte[] file, byte[] fileId, Func<byte[], IEnumerable<(int Dgi, string Kind, byte[] Value)>> groupings)
    {
        var header = await new PreparedFileReader(new MemoryStream(file)).ReadHeaderAsync();
        var keys = new FileKeysOnPaper(TwoTokens.KekValue, fileId, header.DataKeys[0].ToArray());
        List<IReadOnlyList<string>> cards = [];
        foreach (var record in new PreparedFileParts(file).Records)
        {
            var modules = new PreparedRecordParts(record, readsOwnLayout: false).Modules;
            var id = Encoding.UTF8.GetString(modules["ID"]);
            cards.Add([.. groupings(modules["IC"]).Select(grouping => $"{grouping.Dgi:X4} {grouping.Kind} {Convert.ToHexString(Clear(grouping, id))}")]);
        }

        return cards;

        byte[] Clear((int Dgi, string Kind, byte[] Value) grouping, string id) => grouping.Kind switch
        {
            "Secret" => keys.Secret(grouping.Value),
            "Personal" => keys.Personal(grouping.Value, place: 0, grouping.Dgi, id),
            _ => grouping.Value,
        };
    }

    static IEnumerable<(int Dgi, string Kind, byte[] Value)> CpsGroupings(byte[] module)
    {
        var application = Assert.Single(new CpsRecordParts(module).Applications);
        Assert.Equal("DEMOBANK"u8, application.Owner);
        return application.Groupings.Select(grouping => (grouping.Dgi, application.Modes.GetValueOrDefault(grouping.Dgi) switch
        {
            SecretMode => "Secret",
            PersonalMode => "Personal",
            var mode => mode == 0 ? "Clear" : throw new InvalidDataException($"CMODE {mode:X2}"),
        }, grouping.Value));
    }

    static IEnumerable<(int Dgi, string Kind, byte[] Value)> OwnGroupings(byte[] module)
    {
        const int FirstApplication = 1 + 1 + 4;
        string[] kinds = ["Clear", "Secret", "Personal"];
        var at = FirstApplication + 1 + module[FirstApplication];
        at += 1 + module[at] + 1;
        var count = module[at] << 8 | module[at + 1];
        at += 2;
        for (; count > 0; count--)
        {
            var (dgi, kind, length) = (module[at] << 8 | module[at + 1], module[at + 2], module[at + 5] << 8 | module[at + 6]);
            yield return (dgi, kinds[kind], module[(at + 7)..(at + 7 + length)]);
            at += 7 + length;
        }
    }
}
