using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using PersoMesh.AuditLog;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Keys;
using PersoMesh.Perso.Audit;
using PersoMesh.PostgresAudit;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>A record of the audit log, as anybody with a JSON reader sees it.</summary>
sealed record AuditTrailRecord(string Action, string Subject, IReadOnlyDictionary<string, string> Details);

/// <summary>Checks the audit log itself, and what it says of each card against the report.</summary>
sealed class AuditCheck(Action<string, string> broken)
{
    static readonly TimeSpan ChainTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Copies the log out of the database once everything is chained, and verifies it with the demonstration's key.</summary>
    public async Task<IReadOnlyList<AuditTrailRecord>> ReadAsync(NpgsqlDataSource database, string path, CancellationToken cancellationToken)
    {
        await using var log = File.Create(path);
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(1000, cancellationToken))
        {
            log.SetLength(0);
            var waiting = await new PostgresAuditTrail(database).ExportAsync(log, cancellationToken);
            if (waiting == 0)
                break;
            if (waited.Elapsed < ChainTimeout)
                continue;
            broken("S4", $"{waiting} records of the audit log are not chained");
            break;
        }

        using var module = DemoKeyFile.OpenModule(InstallFolder.DemoKeys);
        log.Position = 0;
        foreach (var finding in AuditVerifier.Verify(log, new CmacAuditSigner(module, AuditCommand.DefaultKey)).Findings)
            broken("S4", $"audit log, line {finding.Line}: {finding.Text}");
        log.Position = 0;
        return Read(log);
    }

    /// <summary>What the Controller noted of the sessions of each card against what Ingest reports.</summary>
    public void Agree(IReadOnlyList<AuditTrailRecord> trail, Dictionary<string, CardReport> lines)
    {
        var records = trail.ToLookup(record => record.Subject, StringComparer.Ordinal);
        foreach (var (id, line) in lines)
        {
            if (records[id].Count(record => record.Action == "card.accept") is not 1 and var accepted)
                broken("S4", $"{id} was accepted {accepted} times, says the audit log");
            SessionsAgree(id, line, [.. records[id].Where(record => record.Details.ContainsKey("session"))]);
        }
    }

    void SessionsAgree(string id, CardReport line, AuditTrailRecord[] records)
    {
        // A session's last word counts: an unresolved one may turn out good or rejected, when its station's journal is back.
        var sessions = records.GroupBy(record => record.Details["session"], StringComparer.Ordinal)
            .Select(session => (Attempt: int.Parse(session.Last().Details["attempt"]), Last: session.Last())).ToArray();
        foreach (var open in sessions.Where(session => session.Last.Action == "session.assign"))
            broken("S4", $"{id}: attempt {open.Attempt} never ended, says the audit log");
        var good = sessions.Count(session => VerdictOf(session.Last) == "good");
        if (good > 1)
            broken("S1", $"{id} has {good} good sessions, says the audit log");
        if (good > 0 != (line.State == CardState.Good))
            broken("S4", $"{id} has {good} good sessions in the audit log and is reported {line.State}");
        if (sessions.Any(session => VerdictOf(session.Last) == "unresolved" && sessions.Any(later => later.Attempt > session.Attempt)))
            broken("S3", $"{id} was unresolved and was made again, says the audit log");
    }

    static string? VerdictOf(AuditTrailRecord record) => record.Details.GetValueOrDefault("verdict");

    static List<AuditTrailRecord> Read(Stream log)
    {
        List<AuditTrailRecord> records = [];
        using var reader = new StreamReader(log, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            records.Add(new AuditTrailRecord(root.GetProperty("action").GetString()!, root.GetProperty("subject").GetString()!,
                root.GetProperty("details").EnumerateObject().ToDictionary(detail => detail.Name, detail => detail.Value.GetString()!, StringComparer.Ordinal)));
        }

        return records;
    }
}
