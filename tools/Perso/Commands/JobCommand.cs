using System.CommandLine;
using System.Text.Json;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso job</c>: the jobs of a running mesh.</summary>
static class JobCommand
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create() => new("job", "Look at the jobs of the mesh that 'perso up' started, and direct them.")
    {
        List(), Show(), Watch(), Report(),
        Control("pause", "Send no further card of a job to a station; other jobs go on.", JobControl.Paused),
        Control("resume", "Go on with a paused job.", JobControl.Active),
        Control("cancel", "Make no further card of a job. Sessions under way end; 'perso job remake' takes it back.", JobControl.Cancelled),
        Priority(), Remake(),
    };

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

    static Command Show() => OneJob("show", "One job's numbers.", [], (call, _) =>
    {
        call.Show(call.Status);
        if (!call.AsJson && call.Status.DataUntil is { } until)
            Console.WriteLine($"Card data are kept until {until:yyyy-MM-dd HH:mm} UTC, if nothing changes until then.");
        if (!call.AsJson && call.Status.DataDestroyed is { } destroyed)
            Console.WriteLine($"Card data were destroyed on {destroyed:yyyy-MM-dd HH:mm} UTC; account and audit log stay.");
        return Task.FromResult(0);
    });

    static Command Watch() => OneJob("watch", "Follow a job to its end.", [], async (call, cancellationToken) =>
    {
        call.Show(await JobWatch.FollowAsync(call.Client, call.Status.Name, expected: null, submission: null, cancellationToken));
        return 0;
    });

    static Command Report()
    {
        var isSigned = new Option<bool>("--signed") { Description = "Also write report.csv.p7s, a detached CMS signature (DER) by the bureau's key in the HSM." };
        const string Description = """
            Write report.csv, the issuer's return file, and report.json of a job to runs/JOB. Who gets the signed file verifies it with
            openssl cms -verify -binary -inform DER -in report.csv.p7s -content report.csv -CAfile CA.pem -out /dev/null
            """;
        return OneJob("report", Description, [isSigned], async (call, cancellationToken) =>
        {
            var folder = Path.GetFullPath(Path.Combine("runs", call.Status.Name));
            var status = await ReportAsync(call.Client, call.Status.Name, call.Status, folder, cancellationToken);
            if (!call.Parsed.GetValue(isSigned))
                return status;
            var file = Path.Combine(folder, "report.csv");
            await File.WriteAllBytesAsync(file + ".p7s", await call.Client.SignedReturnFileAsync(call.Status.Name, file, cancellationToken), cancellationToken);
            Console.WriteLine($"Signature: {file}.p7s");
            return status;
        });
    }

    static Command Control(string verb, string description, JobControl control) => OneJob(verb, description, [], async (call, cancellationToken) =>
    {
        call.Show(await call.Client.ControlAsync(call.Status.Name, control, priority: null, cancellationToken));
        return 0;
    });

    static Command Priority()
    {
        var priority = new Argument<int>("PRIORITY") { Description = "Higher goes first; 0 is usual." };
        return OneJob("priority", "Change a job's priority: its cards go before or behind those of others from now on.", [priority], async (call, cancellationToken) =>
        {
            call.Show(await call.Client.ControlAsync(call.Status.Name, control: null, call.Parsed.GetValue(priority), cancellationToken));
            return 0;
        });
    }

    static Command Remake()
    {
        var card = new Option<string?>("--card") { Description = "One card object; by default all that were rejected or cancelled." };
        return OneJob("remake", "Give rejected and cancelled card objects of a job all their attempts again.", [card], async (call, cancellationToken) =>
        {
            var count = await call.Client.RemakeAsync(call.Status.Name, call.Parsed.GetValue(card), cancellationToken);
            Console.WriteLine(call.AsJson ? JsonSerializer.Serialize(new OrderedCards(count), Json) : $"{count} card objects are made again.");
            return 0;
        });
    }

    static Command OneJob(string verb, string description, IReadOnlyList<Symbol> further, Func<JobCall, CancellationToken, Task<int>> action)
    {
        var (name, folder) = (new Argument<string>("JOB") { Description = "The job's name." }, MeshFolder.Option());
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command(verb, description) { name, folder, json };
        foreach (var symbol in further)
        {
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        }

        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var client = new IngestClient(MeshFolder.Running(parsed.GetValue(folder)!).Ingest);
            var status = await client.FindAsync(parsed.GetValue(name)!, cancellationToken) ?? throw new UserErrorException($"No job is named '{parsed.GetValue(name)}'.");
            return await action(new JobCall(parsed, client, status, parsed.GetValue(json)), cancellationToken);
        }));
        return command;
    }

    static void Print(JobStatus status) => Console.WriteLine(
        $"{status.Name,-24} {status.Profile,-20} {status.Records,8} records {status.Good,8} good {status.Rejected,6} rejected {status.Unresolved,4} unresolved {status.Refused,6} refused {status.Ready + status.Preparing,8} to do"
        + (status.Cancelled > 0 ? $" {status.Cancelled,8} cancelled" : "") + (status.Priority != 0 ? $" priority {status.Priority}" : "")
        + (status.Control != JobControl.Active ? $" [{status.Control.ToString().ToLowerInvariant()}]" : "") + (status.Stopped is null ? "" : $" [pool {status.Pool} stopped]"));

    sealed record JobCall(ParseResult Parsed, IngestClient Client, JobStatus Status, bool AsJson)
    {
        public void Show(JobStatus status)
        {
            if (AsJson)
                Console.WriteLine(JsonSerializer.Serialize(status, Json));
            else
                Print(status);
        }
    }
}
