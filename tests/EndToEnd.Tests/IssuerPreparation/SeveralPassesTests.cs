using System.Diagnostics;
using System.Text;
using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Keys;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Preparing;
using PersoMesh.Perso.Samples;
using PersoMesh.PreparedJobs;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>Several passes over one prepared file, each of which adds an application.</summary>
public sealed class SeveralPassesTests(TwoTokens tokens) : IClassFixture<TwoTokens>, IDisposable
{
    const int Cards = 5;
    const int Debit = 0;
    const int Loyalty = 1;
    const string DebitAid = "F0504552534F4D010101";
    const string LoyaltyAid = "F0504552534F4D010201";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_department_adds_an_application_and_what_was_there_keeps_its_bytes()
    {
        var first = await FirstPassAsync(seed: 41);
        using var department = tokens.OpenDepartment();
        var (outcome, lacking, all) = await AddAsync(department, TwoTokens.DepartmentKek, first, LoyaltyCards(first.Ids.Reverse()));
        Assert.Equal((Cards, Cards, 0, 0), ((int)outcome.Records, (int)outcome.Prepared, outcome.Refusals.Count, lacking.Count));
        Assert.Equal(first.File, await File.ReadAllBytesAsync(first.Path));

        var (before, after) = (new PreparedFileParts(first.File), new PreparedFileParts(all));
        Assert.Equal(Cards, after.Records.Count);
        foreach (var (old, added) in before.Records.Zip(after.Records, (old, added) => (new PreparedRecordParts(old), new PreparedRecordParts(added))))
        {
            Assert.Equal(old.Modules["ID"], added.Modules["ID"]);
            Assert.Equal(old.Modules["DATA"], added.Modules["DATA"]);
            Assert.Equal([Debit], old.Applications.Keys);
            Assert.Equal([Debit, Loyalty], added.Applications.Keys);
            Assert.Equal(old.Applications[Debit], added.Applications[Debit]);
        }

        await using var mesh = await StartAsync();
        var (status, report) = await mesh.PersonalizeAsync("two passes", "", "prepared", new MemoryStream(all));
        Assert.True(status.Good == Cards, string.Join('\n', report.Select(line => line.Reason).Distinct()));
        var terminal = new SimulatedTerminal([tokens.Authority.PublicKey], new DateOnly(2026, 11, 21));
        foreach (var card in CardStack.Read(mesh.Output, Verdict.Good))
        {
            Assert.All(terminal.Check(card.Card, Convert.FromHexString(DebitAid)).Findings, finding => Assert.True(finding.Passed, $"{finding.Subject}"));
            var record = Tlv.ReadTemplate70(Assert.Single(CardInspector.Read(card.Card)[LoyaltyAid].Records).Value);
            Assert.Equal("L" + card.CardObjectId[^7..], Encoding.ASCII.GetString(Convert.FromHexString(record["DF01"])));
        }
    }

    [Fact]
    public async Task The_department_cannot_read_what_the_first_prepared()
    {
        var first = await FirstPassAsync(seed: 42);
        using var department = tokens.OpenDepartment();
        using var session = department.OpenSession();
        using var ring = new TransportKeyRing(session, await new PreparedFileReader(new MemoryStream(first.File)).ReadHeaderAsync());
        var e = Assert.Throws<PreparedJobException>(() => RecordOpening.DecipherDataKey(ring, kek: 0));
        Assert.Contains("KEK-BUREAU version 3 is not in the security module", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_lacks_an_application_is_refused_with_what_to_do()
    {
        var first = await FirstPassAsync(seed: 43);
        var (_, lacking, part) = await AddAsync(tokens.Module, TwoTokens.Kek, first, LoyaltyCards(first.Ids.Skip(2)));
        Assert.Equal([1, 2], lacking.Select(record => record.Number));
        await using var mesh = await StartAsync();
        foreach (var (file, missing) in new[] { (first.File, "loyalty is prepared in 0 of 5 records"), (part, "loyalty is prepared in 3 of 5 records") })
        {
            var e = await Assert.ThrowsAsync<UserErrorException>(() => mesh.PersonalizeAsync("incomplete", "", "prepared", new MemoryStream(file)));
            Assert.Contains(missing, e.Message, StringComparison.Ordinal);
            Assert.Contains("perso prepare --add-to FILE CARDS --application loyalty", e.Message, StringComparison.Ordinal);
        }

        // What is missing is added by another pass.
        var second = first with { File = part, Path = _folder.File("part.prec") };
        await File.WriteAllBytesAsync(second.Path, part);
        var (outcome, nothing, all) = await AddAsync(tokens.Module, TwoTokens.Kek, second, LoyaltyCards(first.Ids.Take(3)), "loyalty");
        Assert.Empty(nothing);
        var refusal = Assert.Single(outcome.Refusals);
        Assert.Equal((3, first.Ids[2], "application loyalty"), ((int)refusal.RecordNumber, refusal.CardObjectId, refusal.Field));
        Assert.Contains("in record 3 of the file already", refusal.Reason, StringComparison.Ordinal);
        var (status, _) = await mesh.PersonalizeAsync("complete", "", "prepared", new MemoryStream(all));
        Assert.Equal(Cards, status.Good);
    }

    [Fact]
    public async Task Card_objects_that_are_not_in_the_file_or_come_twice_are_named_and_the_others_are_added()
    {
        var first = await FirstPassAsync(seed: 44);
        var (outcome, lacking, _) = await AddAsync(tokens.Module, TwoTokens.Kek, first, LoyaltyCards([.. first.Ids, "STRANGER-1", first.Ids[1]]));
        Assert.Empty(lacking);
        Assert.Equal(Cards, outcome.Prepared);
        Assert.Collection(outcome.Refusals,
            refusal => Assert.Equal((Cards + 1, "card object STRANGER-1 is not in the file that is added to"), ((int)refusal.RecordNumber, refusal.Reason)),
            refusal => Assert.Equal((Cards + 2, "cardId"), ((int)refusal.RecordNumber, refusal.Field)));
    }

    [Theory]
    [InlineData(true, "record 4, application 1 (debit)")]
    [InlineData(false, "record 4")]
    public async Task A_changed_record_ends_the_pass_before_it_prepares(bool hasKek, string where)
    {
        var first = await FirstPassAsync(seed: 45);
        var parts = new PreparedFileParts(first.File);
        parts.Records[3][parts.Records[3].AsSpan().LastIndexOf("debit"u8) + 100] ^= 1;
        await File.WriteAllBytesAsync(first.Path, parts.Join());
        using var department = tokens.OpenDepartment();
        var e = await Assert.ThrowsAsync<PreparedJobException>(
            () => AddAsync(hasKek ? tokens.Module : department, hasKek ? TwoTokens.Kek : TwoTokens.DepartmentKek, first, LoyaltyCards(first.Ids)));
        Assert.Equal(where, e.Where);
        Assert.Contains("MAC is wrong", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_another_pass_over_the_same_file_is_refused()
    {
        var first = await FirstPassAsync(seed: 46);
        var (_, _, one) = await AddAsync(tokens.Module, TwoTokens.Kek, first, LoyaltyCards(first.Ids));
        var (_, _, other) = await AddAsync(tokens.Module, TwoTokens.Kek, first, LoyaltyCards(first.Ids));
        var parts = new PreparedFileParts(one);
        parts.Records[1] = new PreparedFileParts(other).Records[1];
        await using var mesh = await StartAsync();
        var (status, report) = await mesh.PersonalizeAsync("mixed", "", "prepared", new MemoryStream(parts.Join()));
        Assert.Equal((Cards - 1, 1), ((int)status.Good, (int)status.Refused));
        Assert.Contains(report, line => line.RecordNumber == 2 && line.Reason?.Contains("record's MAC is wrong", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task The_command_makes_a_file_in_two_passes_and_leaves_the_first_alone()
    {
        var cards = SampleFile.Write(TwoTokens.Profile, Cards, seed: 47, _folder.File("cards.csv"));
        var certificate = _folder.File("issuer.cert");
        await File.WriteAllLinesAsync(certificate, tokens.Certificate.ToLines());
        var (first, job) = (_folder.File("pass1.prec"), _folder.File("job.prec"));
        var (exit, _) = await RunAsync(["prepare", cards, "--application", "debit", "--profile", "emv-dda", "--issuer", "DEMOBANK",
            "--kek", TwoTokens.Kek.Label, "--seal-kek", TwoTokens.SealingKek.Label, "--issuer-certificate", $"{TwoTokens.IssuerKey}={certificate}", "--out", first]);
        Assert.Equal(0, exit);
        var before = await File.ReadAllBytesAsync(first);
        string[] add = ["prepare", cards, "--add-to", first, "--kek", TwoTokens.SealingKek.Label];
        (exit, var error) = await RunAsync([.. add, "--application", "loyalty", "--out", first]);
        Assert.True(exit == 2 && error.Contains("--add-to", StringComparison.Ordinal), error);
        (exit, _) = await RunAsync([.. add, "--application", "loyalty", "--out", job]);
        Assert.Equal(0, exit);
        Assert.Equal(before, await File.ReadAllBytesAsync(first));
        await using var file = File.OpenRead(job);
        Assert.Empty((await new PreparedFileReader(file).ReadHeaderAsync()).Incomplete);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.part*"));
    }

    Task<EmbeddedMesh> StartAsync() => EmbeddedMesh.StartAsync([.. tokens.BureauSettings, .. EmbeddedMesh.Station(0, "emv")]);

    async Task<FirstPass> FirstPassAsync(int seed)
    {
        var cards = SampleFile.Write(TwoTokens.Profile, Cards, seed, _folder.File("cards.csv"));
        using var output = new MemoryStream();
        await using var input = File.OpenRead(cards);
        var pass = PreparationPass.First(TwoTokens.Profile, ["debit"]);
        var outcome = await new PreparationRun(tokens.Plan(pass, pass.Begin("DEMOBANK", TwoTokens.Kek, TwoTokens.SealingKek), "csv")).RunAsync(input, output, default);
        Assert.Equal(Cards, outcome.Prepared);
        var path = _folder.File($"pass1-{seed}.prec");
        await File.WriteAllBytesAsync(path, output.ToArray());
        return new FirstPass(path, output.ToArray(), [.. File.ReadLines(cards).Skip(1).Select(line => line.Split(',')[0])]);
    }

    // Only the fields that the application needs.
    static MemoryStream LoyaltyCards(IEnumerable<string> ids) => new(Encoding.UTF8.GetBytes(
        "cardId,loyaltyNumber,tier\n" + string.Concat(ids.Select(id => $"{id},L{id[^7..]},GOLD\n"))));

    async Task<(PreparationOutcome Outcome, IReadOnlyList<LackingRecord> Lacking, byte[] File)> AddAsync(
        ISecurityModule module, KekReference kek, FirstPass first, Stream cards, string? application = null)
    {
        using var file = await FileToAddTo.OpenAsync(first.Path, module, default);
        PreparedHeader header = file.Header.Keks.Contains(kek) ? file.Header : file.Header with { Keks = [.. file.Header.Keks, kek] };
        var pass = PreparationPass.Adding(TwoTokens.Profile, application is null ? null : [application], file.Header);
        var plan = tokens.Plan(pass, header, "csv") with { Module = module, Kek = header.Keks.ToList().IndexOf(kek) };
        using var output = new MemoryStream();
        var (outcome, lacking) = await new AddingRun(plan, file).RunAsync(cards, output, _folder.File("spool"), default);
        return (outcome, lacking, output.ToArray());
    }

    async Task<(int Exit, string Error)> RunAsync(string[] arguments)
    {
        var start = tokens.StartPerso([.. arguments, "--audit", _folder.File("audit.log")]);
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    sealed record FirstPass(string Path, byte[] File, IReadOnlyList<string> Ids);
}
