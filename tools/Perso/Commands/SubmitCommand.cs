using System.CommandLine;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Audit;
using PersoMesh.Perso.Jobs;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso submit</c>: gives card objects to a running mesh.</summary>
static class SubmitCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Card objects: .csv, .jsonl or .txt, or a prepared file: .prec or .cps; '-' reads standard input." };
        var profile = new Option<string?>("--profile", "-p") { Description = "Card profile: a name, or name@version. A prepared file names its own." };
        var job = new Option<string?>("--job", "-j") { Description = "Name of the job; by default the file's name." };
        var format = new Option<string?>("--format") { Description = "csv, jsonl, text or prepared, when the file's name does not tell." };
        var priority = new Option<int>("--priority") { Description = "Higher goes first.", DefaultValueFactory = _ => 0 };
        var watch = new Option<bool>("--watch", "-w") { Description = "Follow the job to its end and write its report." };
        var output = new Option<string?>("--out", "-o") { Description = "With --watch: folder for the report. Default: runs/JOB." };
        var folder = MeshFolder.Option();
        var audit = AuditArguments.Create();
        var command = new Command("submit", """
            Submit card objects to the mesh that 'perso up' started.
            A prepared file is noted in the audit log: who submitted it, and what came of it.
            Exit status with --watch: 0 when every card is good, 1 when not; without: 0 when no record was refused while reading.
            """)
        {
            file, profile, job, format, priority, watch, output, folder,
        };
        audit.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var path = parsed.GetValue(file)!;
            if (path != "-" && !File.Exists(path))
                throw new UserErrorException($"There is no file '{path}'.");
            var kind = RecordFormat.Of(path, parsed.GetValue(format));
            var card = parsed.GetValue(profile) ?? (kind == "prepared" ? "" : throw new UserErrorException("Name the card profile: --profile."));
            var name = parsed.GetValue(job) ?? (path == "-" ? "stdin" : Path.GetFileNameWithoutExtension(path));
            using var client = new IngestClient(MeshFolder.Running(parsed.GetValue(folder)!).Ingest);
            await using var records = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            if (kind == "prepared")
                audit.Append(parsed, module: null, "job.submit", await FileIdAsync(path, cancellationToken), ("job", name));
            var submission = client.SubmitAsync(name, card, kind, parsed.GetValue(priority), records, cancellationToken);
            async Task<SubmissionSummary> NotedAsync(Task<SubmissionSummary> submission)
            {
                var summary = await submission;
                if (kind == "prepared")
                {
                    audit.Append(parsed, module: null, "job.submitted", await FileIdAsync(path, cancellationToken), ("job", summary.Job),
                        ("records", $"{summary.Records}"), ("accepted", $"{summary.Accepted}"), ("refused", $"{summary.Refused}"));
                }

                return summary;
            }

            if (!parsed.GetValue(watch))
            {
                var summary = await NotedAsync(submission);
                Console.WriteLine($"Job {summary.Job}: {summary.Records} records read, {summary.Accepted} accepted, {summary.Refused} refused. Follow with: perso job show {summary.Job}");
                return summary.Refused == 0 ? 0 : Guarded.Failure;
            }

            var status = await JobWatch.FollowAsync(client, name, expected: null, submission, cancellationToken);
            await NotedAsync(submission);
            return await JobCommand.ReportAsync(client, name, status, Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine("runs", name)), cancellationToken);
        }));
        return command;
    }

    // What the issuer's audit log calls the file.
    static async Task<string> FileIdAsync(string path, CancellationToken cancellationToken)
    {
        if (path == "-")
            return "standard input";
        try
        {
            await using var file = File.OpenRead(path);
            return Convert.ToHexString((await new PreparedFileReader(file).ReadHeaderAsync(cancellationToken)).FileId.Span);
        }
        catch (PreparedJobException)
        {
            return "no prepared file";
        }
    }
}
