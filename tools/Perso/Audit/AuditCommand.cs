using System.CommandLine;
using System.Text.Json;
using PersoMesh.AuditLog;
using PersoMesh.Keys;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Audit;

/// <summary><c>perso audit verify</c>: whether an audit log is as it was written.</summary>
static class AuditCommand
{
    public const string DefaultKey = "PERSOMESH-AUDIT";

    public static Command Create() => new("audit", "Work with audit logs (docs/audit-log.md).") { Verify(), Show() };

    static Command Verify()
    {
        var source = new AuditSource();
        var key = new Option<string>("--key")
        {
            Description = "Label of the key that signs the log's seals.",
            DefaultValueFactory = _ => DefaultKey,
        };
        var demoKeys = new Option<bool>("--demo-keys") { Description = "Check the seals with the demonstration's key instead of a token's." };
        var head = new Option<string?>("--head")
        {
            Description = "A hash that must be in the chain, as an earlier verification showed it: then records cut off the end show.",
        };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var hsm = TokenArguments.Create();
        var command = new Command("verify", """
            Check an audit log: every record's hash, the chain from record to record, and with a token the signatures of the seals.

            Says which records were changed, removed, reordered or repeated. Without a token only the chain is checked, which who
            can write the log can make anew; the hash that is shown, kept elsewhere, closes that gap with --head.
            Exit status: 0 when the log is intact, 1 when not, 2 for wrong arguments.
            """);
        source.AddTo(command);
        foreach (var option in new Option[] { key, demoKeys, head, json })
            command.Options.Add(option);
        hsm.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var module = OpenModule(parsed, hsm, parsed.GetValue(demoKeys));
            var (log, waiting) = await source.OpenAsync(parsed, cancellationToken);
            await using var _ = log;
            var signatures = module is null ? null : new CmacAuditSigner(module, parsed.GetValue(key)!);
            var found = Verify(log, signatures, parsed.GetValue(head));
            if (parsed.GetValue(json))
                CardOutput.WriteJson(found);
            else
                Print(found, signatures is not null, waiting);
            return found.IsIntact ? 0 : Guarded.Failure;
        }));
        return command;
    }

    static Command Show()
    {
        var source = new AuditSource();
        var subject = new Option<string?>("--subject") { Description = "Only records about this: a card object identifier, a job's name, a key's label." };
        var command = new Command("show", """
            Print an audit log, one record a line, as JSON: who (actor) did what (action) to which card, job or key (subject) and when (time).
            Written into a file, it is what 'perso audit verify FILE' checks.
            """);
        source.AddTo(command);
        command.Options.Add(subject);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var (log, _) = await source.OpenAsync(parsed, cancellationToken);
            using var lines = new StreamReader(log);
            var wanted = parsed.GetValue(subject);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (wanted is null || IsAbout(line, wanted))
                    Console.WriteLine(line);
            }

            return 0;
        }));
        return command;
    }

    static AuditVerification Verify(Stream log, IAuditSignatureVerifier? signatures, string? head)
    {
        try
        {
            return AuditVerifier.Verify(log, signatures, head);
        }
        catch (SecurityModuleException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }

    static ISecurityModule? OpenModule(ParseResult parsed, TokenArguments hsm, bool isDemo)
    {
        try
        {
            if (!isDemo)
                return hsm.Read(parsed) is null ? null : hsm.Open(parsed);
            return DemoKeyFile.OpenModule(InstallFolder.DemoKeys);
        }
        catch (SecurityModuleException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }

    static bool IsAbout(string line, string subject)
    {
        using var record = JsonDocument.Parse(line);
        return record.RootElement.GetProperty("subject").GetString() == subject;
    }

    static void Print(AuditVerification found, bool isSigned, long waiting)
    {
        foreach (var finding in found.Findings)
            Console.WriteLine($"line {finding.Line}: {finding.Text}");
        CardOutput.WriteVerdict(found.IsIntact ? "intact" : "NOT INTACT", found.IsIntact);
        var signatures = isSigned ? "signatures checked" : "signatures NOT checked: name the token";
        Console.WriteLine($": {found.Records} records, {found.Seals} seals ({signatures}), {found.Unsealed} records after the last seal");
        if (waiting > 0)
            Console.WriteLine($"{waiting} records were noted and are not chained yet");
        Console.WriteLine($"head {found.Head}");
    }
}
