using System.Text.RegularExpressions;
using Npgsql;
using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Mesh;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>Compares cards, database, reports and the issuer's file with what the design promises.</summary>
sealed partial class ChaosCheck(IssuerCards issuer, string folder, MeshRunState state, IReadOnlyList<string> jobs)
{
    const string Aid = "F0504552534F4D010101";

    const int CardNumberLength = 16;

    readonly List<string> _violations = [];

    public IReadOnlyList<string> Violations => _violations;

    public int CardsRead { get; private set; }

    public async Task RunAsync(IReadOnlyList<JobStatus> statuses, CancellationToken cancellationToken)
    {
        var lines = await ReportsAsync(cancellationToken);
        NothingIsLost(statuses, lines);
        var good = ReadPiles(lines);
        VerdictsAgree(lines, good);
        await DatabaseAgreesAsync(lines, cancellationToken);
        await AuditAgreesAsync(lines, cancellationToken);
        await NothingIsInClearAsync(cancellationToken);
    }

    async Task<Dictionary<string, CardReport>> ReportsAsync(CancellationToken cancellationToken)
    {
        using var client = new IngestClient(state.Ingest);
        Dictionary<string, CardReport> lines = new(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            var refused = 0;
            await foreach (var line in client.ReportAsync(job, cancellationToken))
            {
                if (line!.State == CardState.Refused)
                    refused++;
                else if (!lines.TryAdd(line.CardObjectId!, line))
                    Broken("S4", $"{line.CardObjectId} is accepted twice");
            }

            await ReturnFileAgreesAsync(client, job, lines, cancellationToken);
            if (refused != IssuerCards.RefusedInEachJob)
                Broken("S6", $"job {job} has {refused} refused records, it has {IssuerCards.RefusedInEachJob} bad ones");
        }

        return lines;
    }

    // As an issuer's program reads it: columns by their place.
    async Task ReturnFileAgreesAsync(IngestClient client, string job, Dictionary<string, CardReport> lines, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, $"{job}.return.csv");
        await client.ReturnFileAsync(job, file, cancellationToken);
        string[][] records = [.. File.ReadLines(file).Skip(1).Select(line => line.Split(','))];
        if (records.Length != IssuerCards.JobSize + IssuerCards.RefusedInEachJob)
            Broken("S4", $"the return file of job {job} has {records.Length} records");
        foreach (var record in records.Where(record => record[2] != "refused"))
        {
            var line = lines.GetValueOrDefault(record[1]);
            if (line is null || !record[2].Equals(line.State.ToString(), StringComparison.OrdinalIgnoreCase) || record[3] != (line.CardSerial ?? ""))
                Broken("S4", $"{record[1]} is {record[2]} in the return file of job {job} and {line?.State.ToString() ?? "nowhere"} in the report");
        }
    }

    async Task AuditAgreesAsync(Dictionary<string, CardReport> lines, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create((await File.ReadAllTextAsync(state.ConnectionStringFile!, cancellationToken)).Trim());
        var check = new AuditCheck(Broken);
        var path = Path.Combine(folder, "audit.log");
        var trail = await check.ReadAsync(database, path, cancellationToken);
        check.Agree(trail, lines);
        foreach (var job in jobs)
        {
            if (trail.Count(record => record.Action == "card.refuse" && record.Details.GetValueOrDefault("job") == job) != IssuerCards.RefusedInEachJob)
                Broken("S6", $"the audit log has not all refused records of job {job}");
        }

        var numbers = issuer.Submitted.Select(id => issuer.Numbers[id]).ToHashSet(StringComparer.Ordinal);
        NoNumber("the audit log", await File.ReadAllTextAsync(path, cancellationToken), numbers);
    }

    void NothingIsLost(IReadOnlyList<JobStatus> statuses, Dictionary<string, CardReport> lines)
    {
        foreach (var id in issuer.Submitted.Where(id => !lines.ContainsKey(id)))
            Broken("S4", $"{id} was accepted and is in no report");
        foreach (var line in lines.Values.Where(line => line.State is CardState.Preparing or CardState.Ready))
            Broken("S4", $"{line.CardObjectId} came to no end: it is {line.State}");
        foreach (var status in statuses.Where(status => status.Records != IssuerCards.JobSize + IssuerCards.RefusedInEachJob))
            Broken("S4", $"job {status.Name} counts {status.Records} records");
        foreach (var status in statuses.Where(status => status.Refused + status.Preparing + status.Ready + status.Good + status.Rejected + status.Unresolved != status.Records))
            Broken("S4", $"job {status.Name}: its counts do not add up");
    }

    Dictionary<string, List<string>> ReadPiles(Dictionary<string, CardReport> lines)
    {
        Dictionary<string, List<string>> good = new(StringComparer.Ordinal);
        HashSet<string> serials = new(StringComparer.Ordinal);
        var numbers = issuer.Submitted.ToDictionary(id => issuer.Numbers[id], id => id, StringComparer.Ordinal);
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            var pile = Path.Combine(state.Output, "stack", verdict.ToString().ToLowerInvariant());
            foreach (var path in Directory.Exists(pile) ? Directory.EnumerateFiles(pile, "*.card") : [])
            {
                var (id, card) = Load(path);
                CardsRead++;
                if (!serials.Add(card.SerialNumber))
                    Broken("S2", $"card {card.SerialNumber} is in the piles twice");
                if (card.KeySets.Any(keys => keys.IsBlocked || keys.FailedAuthentications > 0))
                    Broken("S7", $"card {card.SerialNumber} has counted a failed authentication");
                HoldsOnly(card, id, verdict, numbers);
                if (verdict == Verdict.Good)
                    (good.TryGetValue(id, out var known) ? known : good[id] = []).Add(card.SerialNumber);
            }
        }

        foreach (var (id, cards) in good.Where(pair => pair.Value.Count > 1))
            Broken("S1", $"{id} is on {cards.Count} good cards: {string.Join(", ", cards)}");
        foreach (var id in good.Keys.Where(id => !lines.ContainsKey(id)))
            Broken("S4", $"{id} is on a good card and in no report");
        return good;
    }

    void HoldsOnly(SimulatedCard card, string id, Verdict verdict, Dictionary<string, string> numbers)
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        if (CardInspector.Read(card).TryGetValue(Aid, out var reading))
        {
            found.UnionWith(CardNumbers(string.Join(' ', reading.Records.Values.Select(Convert.ToHexString))).Where(numbers.ContainsKey));
        }

        var foreign = found.Where(number => numbers[number] != id).Select(number => numbers[number]).ToArray();
        if (foreign.Length > 0)
            Broken("S2", $"card {card.SerialNumber}, made for {id}, holds data of {string.Join(", ", foreign)}");
        if (verdict != Verdict.Good)
            return;
        if (!found.Contains(issuer.Numbers.GetValueOrDefault(id, "?")) || !card.Applications.Any(application => application.Aid == Aid && application.IsPersonalized))
            Broken("S4", $"card {card.SerialNumber} is called good and does not hold {id}");
    }

    void VerdictsAgree(Dictionary<string, CardReport> lines, Dictionary<string, List<string>> good)
    {
        foreach (var (id, line) in lines)
        {
            var cards = good.GetValueOrDefault(id) ?? [];
            if (line.State == CardState.Good && !cards.Any(serial => line.CardSerial!.EndsWith(serial, StringComparison.Ordinal)))
                Broken("S4", $"{id} is reported good on {line.CardSerial}; that card is not in the good pile");
            // An unresolved card may be in the good pile: the station died before it could say so.
            if (line.State == CardState.Rejected && cards.Count > 0)
                Broken("S1", $"{id} is reported rejected and there is a good card");
        }
    }

    async Task DatabaseAgreesAsync(Dictionary<string, CardReport> lines, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create((await File.ReadAllTextAsync(state.ConnectionStringFile!, cancellationToken)).Trim());
        const string Cards = """
            SELECT card_object_id, state, attempt, (SELECT max(attempt) FROM controller_claim l WHERE l.card_id = c.card_id AND verdict = 2),
                (SELECT count(*) FROM controller_claim l WHERE l.card_id = c.card_id AND verdict IS NULL)
            FROM controller_card c
            """;
        await using var command = database.CreateCommand(Cards);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var count = 0;
        while (await rows.ReadAsync(cancellationToken))
        {
            count++;
            var (id, cardState, attempt) = (rows.GetString(0), rows.GetInt16(1), rows.GetInt32(2));
            var expected = cardState switch { 2 => CardState.Good, 3 => CardState.Rejected, 4 => CardState.Unresolved, _ => CardState.Ready };
            if (lines.GetValueOrDefault(id)?.State != expected)
                Broken("S4", $"{id} is {expected} in the Controller and {lines.GetValueOrDefault(id)?.State.ToString() ?? "nowhere"} in the report");
            if (!rows.IsDBNull(3) && rows.GetInt32(3) != attempt)
                Broken("S3", $"{id} was unresolved and was made again");
            if (rows.GetInt64(4) > 0)
                Broken("S4", $"{id} is in a session that never ended");
        }

        if (count != lines.Count)
            Broken("S4", $"the Controller has {count} card objects, the reports have {lines.Count}");
    }

    async Task NothingIsInClearAsync(CancellationToken cancellationToken)
    {
        var numbers = issuer.Submitted.Select(id => issuer.Numbers[id]).ToHashSet(StringComparer.Ordinal);
        foreach (var log in Directory.EnumerateFiles(Path.Combine(folder, "mesh", "log")))
            NoNumber($"log {Path.GetFileName(log)}", await File.ReadAllTextAsync(log, cancellationToken), numbers);
        await using var database = NpgsqlDataSource.Create((await File.ReadAllTextAsync(state.ConnectionStringFile!, cancellationToken)).Trim());
        string[] tables = ["ingest_card", "ingest_chunk", "controller_card", "controller_payload", "card_session"];
        foreach (var table in tables)
        {
            await using var command = database.CreateCommand($"SELECT t::text FROM {table} t");
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                NoNumber($"table {table}", rows.GetString(0), numbers);
        }
    }

    void NoNumber(string place, string text, HashSet<string> numbers)
    {
        if (CardNumbers(text).Any(numbers.Contains))
            Broken("S5", $"{place} holds a card number in clear");
    }

    /// <summary>All runs of sixteen digits.</summary>
    static IEnumerable<string> CardNumbers(string text)
    {
        foreach (Match match in Digits().Matches(text))
        {
            for (var at = 0; at + CardNumberLength <= match.Length; at++)
                yield return match.Value.Substring(at, CardNumberLength);
        }
    }

    void Broken(string promise, string what) => _violations.Add($"{promise}: {what}");

    static (string Id, SimulatedCard Card) Load(string path)
    {
        using var file = File.OpenRead(path);
        var card = SimulatedCard.Load(file);
        var name = Path.GetFileName(path);
        return (name[..name.IndexOf($".{card.SerialNumber}.card", StringComparison.Ordinal)], card);
    }

    [GeneratedRegex("[0-9]{16,}", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Digits();
}
