using System.CommandLine;
using System.Text.Json;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso job</c>: the jobs of a running mesh.</summary>
static class JobCommand
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create() => new("job", "Look at the jobs of the mesh that 'perso up' started.") { List(), Show(), Watch(), Report() };

    /// <summary>Writes a job's report and sums it up.</summary>
    /// <returns>0 when every card is good.</returns>
    public static async Task<int> ReportAsync(IngestClient client, string job, JobStatus status, string folder, CancellationToken cancellationToken)
    {
        List<CardReport> lines = [];
        await foreach (var line in client.ReportAsync(job, cancellationToken))
            lines.Add(line!);
        await JobReport.WriteAsync(folder, lines, cancellationToken);
        Console.WriteLine($"Job {job}: {status.Records} records, {status.Good} good, {status.Rejected} rejected, {status.Unresolved} unresolved, {status.Refused} refused.");
        if (status.Stopped is { } reason)
            Console.WriteLine($"Stopped: {reason}.");
        Console.WriteLine($"Report: {folder}");
        return status.Good == status.Records ? 0 : Guarded.Failure;
    }

    static Command List()
    {
        var (folder, json) = (MeshFolder.Option(), new Option<bool>("--json") { Description = "For a script." });
        var command = new Command("list", "All jobs, a line each.") { folder, json };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var client = new IngestClient(MeshFolder.Running(parsed.GetValue(folder)!).Ingest);
            var jobs = await client.ListAsync(cancellationToken);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(jobs, Json));
            else
                foreach (var status in jobs)
                    Print(status);
            return 0;
        }));
        return command;
    }

    static Command Show() => OneJob("show", "One job's numbers.", (_, status, asJson, _) =>
    {
        if (asJson)
            Console.WriteLine(JsonSerializer.Serialize(status, Json));
        else
            Print(status);
        return Task.FromResult(0);
    });

    static Command Watch() => OneJob("watch", "Follow a job to its end.", async (client, status, _, cancellationToken) =>
    {
        Print(await JobWatch.FollowAsync(client, status.Name, expected: null, submission: null, cancellationToken));
        return 0;
    });

    static Command Report() => OneJob("report", "Write report.csv and report.json of a job to runs/JOB.", (client, status, _, cancellationToken) =>
        ReportAsync(client, status.Name, status, Path.GetFullPath(Path.Combine("runs", status.Name)), cancellationToken));

    static Command OneJob(string verb, string description, Func<IngestClient, JobStatus, bool, CancellationToken, Task<int>> action)
    {
        var (name, folder) = (new Argument<string>("JOB") { Description = "The job's name." }, MeshFolder.Option());
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command(verb, description) { name, folder, json };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var client = new IngestClient(MeshFolder.Running(parsed.GetValue(folder)!).Ingest);
            var status = await client.FindAsync(parsed.GetValue(name)!, cancellationToken) ?? throw new UserErrorException($"No job is named '{parsed.GetValue(name)}'.");
            return await action(client, status, parsed.GetValue(json), cancellationToken);
        }));
        return command;
    }

    static void Print(JobStatus status) => Console.WriteLine(
        $"{status.Name,-24} {status.Profile,-20} {status.Records,8} records {status.Good,8} good {status.Rejected,6} rejected {status.Unresolved,4} unresolved {status.Refused,6} refused {status.Ready + status.Preparing,8} to do");
}
