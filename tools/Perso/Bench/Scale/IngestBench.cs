using System.Diagnostics;
using Npgsql;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Mesh;
using PersoMesh.Perso.Samples;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench.Scale;

/// <summary>A service's memory (resident set).</summary>
sealed record ServiceMemory(string Service, double MebibytesBefore, double MebibytesAtMost, double MebibytesAfter);

/// <summary>How long an assignment takes in the database, its commit included.</summary>
sealed record AssignmentLatency(int Waiting, double MedianMilliseconds, double SlowestPercentMilliseconds);

/// <summary>What a run gave.</summary>
sealed record IngestFigures(int Cards, double CardsPerSecond, IReadOnlyList<ServiceMemory> Memory, IReadOnlyList<AssignmentLatency> Assignments);

/// <summary>Measures intake and dispatch with many cards.</summary>
static class IngestBench
{
    const string Profile = "emv-debit";
    const int Assignments = 1000;

    public static async Task<IngestFigures> RunAsync(int cards, IReadOnlyList<int> waiting, string folder, Action<string> progress, CancellationToken cancellationToken)
    {
        RunFolder.Create(folder);
        var profile = ProfileLibrary.Load(InstallFolder.Profiles).Get(Profile);
        var file = SampleFile.Write(profile, cards, seed: 1, Path.Combine(folder, "cards.csv"));
        progress("starting RabbitMQ, PostgreSQL and the services");
        var mesh = Path.Combine(folder, "mesh");
        var state = await MeshRun.UpAsync(new MeshRunOptions { Folder = mesh, Pools = [] }, _ => { }, cancellationToken);
        try
        {
            progress($"{cards} card objects");
            var before = state.Services.ToDictionary(service => service.Name, Resident, StringComparer.Ordinal);
            var most = new Dictionary<string, double>(before, StringComparer.Ordinal);
            var start = Stopwatch.GetTimestamp();
            await IngestAsync(state, profile, file, cards, most, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(start);
            ServiceMemory[] memory = [.. state.Services.Select(service => new ServiceMemory(service.Name, before[service.Name], most[service.Name], Resident(service)))];
            return new IngestFigures(cards, cards / elapsed.TotalSeconds, memory, await AssignAsync(state, waiting, progress, cancellationToken));
        }
        finally
        {
            await MeshRun.DownAsync(mesh);
        }
    }

    static async Task IngestAsync(MeshRunState state, CardProfile profile, string file, int cards, Dictionary<string, double> most, CancellationToken cancellationToken)
    {
        using var client = new IngestClient(state.Ingest);
        await using var records = File.OpenRead(file);
        var submission = client.SubmitAsync("bench", profile.Reference, "csv", priority: 0, records, cancellationToken);
        while (!submission.IsFaulted)
        {
            await Task.Delay(200, cancellationToken);
            foreach (var service in state.Services)
                most[service.Name] = Math.Max(most[service.Name], Resident(service));
            if (await client.FindAsync("bench", cancellationToken) is { } status && status.Ready == cards)
                break;
        }

        await submission;
    }

    // Cards without payload, which an assignment reads by its key alone; in jobs of a pool of their own.
    static async Task<IReadOnlyList<AssignmentLatency>> AssignAsync(MeshRunState state, IReadOnlyList<int> waiting, Action<string> progress, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create((await File.ReadAllTextAsync(state.ConnectionStringFile!, cancellationToken)).Trim());
        await ExecuteAsync(database, """
            INSERT INTO controller_job (job_id, name, profile, pool, priority, max_attempts, has_ready)
            SELECT gen_random_uuid(), 'scale-' || n, 'scale@1', 'scale', n % 3, 3, true FROM generate_series(1, 10) n
            """, cancellationToken);
        List<AssignmentLatency> steps = [];
        var present = 0;
        foreach (var target in waiting.Order())
        {
            progress($"assignments with {target} ready cards");
            await ExecuteAsync(database, $"""
                INSERT INTO controller_card (job_id, card_object_id, record_number)
                SELECT job_id, 'S' || n || '-' || name, n FROM controller_job, generate_series({present / 10 + 1}, {target / 10}) n WHERE pool = 'scale'
                """, cancellationToken);
            // What the server would do by itself soon after so many cards came at once, in the middle of the measurement.
            await ExecuteAsync(database, "VACUUM (ANALYZE) controller_card", cancellationToken);
            await ExecuteAsync(database, "CHECKPOINT", cancellationToken);
            present = target;
            steps.Add(await TimeAsync(database, target, cancellationToken));
            // Those that were assigned are ready again, so that the next step has the number it says.
            await ExecuteAsync(database, """
                WITH gone AS (DELETE FROM controller_claim l USING controller_card c, controller_job j
                    WHERE l.card_id = c.card_id AND j.job_id = c.job_id AND j.pool = 'scale' RETURNING l.card_id)
                UPDATE controller_card SET state = 0 WHERE card_id IN (SELECT card_id FROM gone)
                """, cancellationToken);
        }

        return steps;
    }

    static async Task<AssignmentLatency> TimeAsync(NpgsqlDataSource database, int waiting, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var claim = new NpgsqlCommand("SELECT controller_claim_next(gen_random_uuid(), 'scale')", connection);
        for (var i = 0; i < Assignments / 10; i++)
            await claim.ExecuteScalarAsync(cancellationToken);
        var times = new double[Assignments];
        for (var i = 0; i < Assignments; i++)
        {
            // With several stations asking, an assignment does not wait for the disk; neither does it here.
            var start = Stopwatch.GetTimestamp();
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { new("SELECT set_config('synchronous_commit', 'off', true)"), new("SELECT controller_claim_next(gen_random_uuid(), 'scale')") },
            };
            await batch.ExecuteNonQueryAsync(cancellationToken);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return new AssignmentLatency(waiting, times[Assignments / 2], times[Assignments * 99 / 100]);
    }

    static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static double Resident(ServiceProcess service)
    {
        var line = File.ReadLines($"/proc/{service.ProcessId}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
    }
}
