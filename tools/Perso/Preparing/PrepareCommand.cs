using System.CommandLine;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Keys;
using PersoMesh.Perso.Audit;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Jobs;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary><c>perso prepare</c>: turns an issuer's card objects into a file that a bureau personalizes from without master keys.</summary>
static class PrepareCommand
{
    const int MaxThreads = 64;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Card objects: .csv, .jsonl or .txt." };
        var pass = new PassArguments();
        var format = new Option<string?>("--format") { Description = "csv, jsonl or text, when the file's name does not tell." };
        var output = new Option<string>("--out", "-o") { Description = "The prepared file.", Required = true };
        var certificates = new Option<string[]>("--issuer-certificate")
        {
            Description = "LABEL=FILE: the certificate of the issuer key with this label (perso keys certify). May be repeated.",
            AllowMultipleArgumentsPerToken = true,
        };
        var pool = new Option<string?>("--key-pool")
        {
            Description = "Folder of key pairs that wait for their cards (perso keys pool); threads fill it while cards are prepared. "
                + "Without it each key pair is made when its card needs it.",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads that prepare, and as many that fill the pool, each with a session of its own.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var files = new PreparationFileArguments();
        var hsm = TokenArguments.Create();
        var audit = AuditArguments.Create();
        var command = new Command("prepare", """
            Prepare card objects at the issuer: derive the cards' keys, make and certify their key pairs, sign their static data, encipher
            every secret under a key that the bureau's HSM has too, and put a MAC on every application (docs/issuer-preparation.md).

            With --application a pass prepares only some applications, and with --add-to another pass, perhaps at another department with
            another token, adds the others: the rest of each record stays as it is.

            The bureau gives the file to its mesh with 'perso submit'. Exit status: 0 when every card object was prepared, 1 when some
            were refused (standard error names record and field) or records of --add-to still lack the application, 2 when nothing was written.

              perso prepare cards.csv --profile emv-dda --kek KEK-BUREAU.01 --issuer DEMOBANK \
                --issuer-certificate ISSUER-EMV-DDA=issuer.cert --out job.prec \
                --hsm-library /usr/lib/softhsm/libsofthsm2.so --hsm-token issuer --hsm-pin-file issuer.pin
            """)
        {
            file, format, output, certificates, pool, threads,
        };
        pass.AddTo(command);
        files.AddTo(command);
        hsm.AddTo(command);
        audit.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            try
            {
                var path = NamedFiles.Existing(parsed.GetValue(file)!);
                var count = parsed.GetValue(threads) is >= 1 and <= MaxThreads and var given
                    ? given
                    : throw new UserErrorException($"--threads is 1 to {MaxThreads}.");
                using var module = hsm.Open(parsed, PreparationPlan.Sessions(count, count));
                var target = Path.GetFullPath(parsed.GetValue(output)!);
                if (pass.File(parsed) is { } source && Path.GetFullPath(source) == target)
                    throw new UserErrorException("--out is the file of --add-to, which is only read: name another one.");
                using var before = pass.File(parsed) is { } existing ? await FileToAddTo.OpenAsync(existing, module, cancellationToken) : null;
                var (prepared, header) = before is null ? pass.Begin(parsed) : pass.Continue(parsed, before.Header);
                using var inputs = await files.OpenAsync(parsed, prepared.Profile, cancellationToken);
                var plan = new PreparationPlan(
                    prepared, module, header, Certificates(parsed.GetValue(certificates)), RecordFormat.Of(path, parsed.GetValue(format)))
                {
                    Kek = pass.KekPlace(parsed, header),
                    Threads = count,
                    KeyThreads = count,
                    Sources = inputs.Sources,
                    Counters = inputs.Counters,
                    Pool = parsed.GetValue(pool) is { } folder ? new KeyPairStore(folder) : null,
                };
                audit.Append(parsed, module, "job.prepare-begin", FileId(header), ("profile", header.Profile), ("issuer", header.Issuer),
                    ("key", header.Keks[plan.Kek].Label), ("applications", string.Join(' ', prepared.Applications.Select(placed => placed.Application.Name))));
                var (outcome, lacking) = await WriteAsync(plan, before, path, target, cancellationToken);
                audit.Append(parsed, module, "job.prepare-end", FileId(header), ("records", $"{outcome.Records}"), ("prepared", $"{outcome.Prepared}"));
                return outcome.Refusals.Count + lacking.Count == 0 ? 0 : Guarded.Failure;
            }
            catch (Exception e) when (e is SecurityModuleException or SubmissionRefusedException or PreparedJobException)
            {
                throw new UserErrorException(e.Message, e);
            }
        }));
        return command;
    }

    // Under another name until it is whole: half a file is never mistaken for one.
    static async Task<(PreparationOutcome Outcome, IReadOnlyList<LackingRecord> Lacking)> WriteAsync(
        PreparationPlan plan, FileToAddTo? before, string input, string output, CancellationToken cancellationToken)
    {
        var part = output + ".part";
        PreparationOutcome outcome;
        IReadOnlyList<LackingRecord> lacking = [];
        await using (var cards = File.OpenRead(input))
        await using (var target = File.Create(part))
        {
            if (before is null)
                outcome = await new PreparationRun(plan).RunAsync(cards, target, cancellationToken);
            else
                (outcome, lacking) = await new AddingRun(plan, before).RunAsync(cards, target, part + ".added", cancellationToken);
        }

        File.Move(part, output, overwrite: true);
        foreach (var refusal in outcome.Refusals)
            await Console.Error.WriteLineAsync($"record {refusal.RecordNumber}{(refusal.Field is null ? "" : $", {refusal.Field}")}: {refusal.Reason}");
        var names = string.Join(", ", plan.Pass.Applications.Select(placed => placed.Application.Name));
        foreach (var record in lacking)
            await Console.Error.WriteLineAsync($"record {record.Number} of the file, card object {record.CardObjectId}: still without {names}");
        Console.WriteLine($"{output}: {names} of {outcome.Prepared} of {outcome.Records} card objects prepared for {plan.Header.Keks[plan.Kek].Label}");
        return (outcome, lacking);
    }

    static string FileId(PreparedHeader header) => Convert.ToHexString(header.FileId.Span);

    static Dictionary<string, IssuerCertificate> Certificates(IReadOnlyList<string>? options) => NamedFiles
        .Parse("--issuer-certificate", options).ToDictionary(file => file.Key, file => Certificate(file.Value), StringComparer.Ordinal);

    static IssuerCertificate Certificate(string path)
    {
        try
        {
            return IssuerCertificate.Parse(File.ReadLines(NamedFiles.Existing(path)));
        }
        catch (FormatException e)
        {
            throw new UserErrorException($"{path}: {e.Message}.", e);
        }
    }
}
