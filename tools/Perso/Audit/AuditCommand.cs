using System.CommandLine;
using PersoMesh.AuditLog;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Audit;

/// <summary><c>perso audit verify</c>: whether an audit log is as it was written.</summary>
static class AuditCommand
{
    public const string DefaultKey = "PERSOMESH-AUDIT";

    public static Command Create() => new("audit", "Work with audit logs (docs/audit-log.md).") { Verify() };

    static Command Verify()
    {
        var file = new Argument<string>("FILE") { Description = "The audit log." };
        var key = new Option<string>("--key")
        {
            Description = "Label of the key that signs the log's seals.",
            DefaultValueFactory = _ => DefaultKey,
        };
        var head = new Option<string?>("--head")
        {
            Description = "A hash that must be in the chain, as an earlier verification showed it: then records cut off the end show.",
        };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var hsm = TokenArguments.Create();
        var command = new Command("verify", """
            Check an audit log: every record's hash, the chain from record to record, and with a token the signatures of the seals.

            Says which records were changed, removed, reordered or repeated. Without a token only the chain is checked, which who
            can write the file can make anew; the hash that is shown, kept elsewhere, closes that gap with --head.
            Exit status: 0 when the log is intact, 1 when not, 2 for wrong arguments.
            """)
        {
            file, key, head, json,
        };
        hsm.AddTo(command);
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            using var module = hsm.Read(parsed) is null ? null : hsm.Open(parsed);
            using var log = Open(parsed.GetValue(file)!);
            var signatures = module is null ? null : new CmacAuditSigner(module, parsed.GetValue(key)!);
            var found = AuditVerifier.Verify(log, signatures, parsed.GetValue(head));
            if (parsed.GetValue(json))
                CardOutput.WriteJson(found);
            else
                Print(found, signatures is not null);
            return found.IsIntact ? 0 : Guarded.Failure;
        }));
        return command;
    }

    static void Print(AuditVerification found, bool isSigned)
    {
        foreach (var finding in found.Findings)
            Console.WriteLine($"line {finding.Line}: {finding.Text}");
        CardOutput.WriteVerdict(found.IsIntact ? "intact" : "NOT INTACT", found.IsIntact);
        var signatures = isSigned ? "signatures checked" : "signatures NOT checked: name the token";
        Console.WriteLine($": {found.Records} records, {found.Seals} seals ({signatures}), {found.Unsealed} records after the last seal");
        Console.WriteLine($"head {found.Head}");
    }

    // The log's writer keeps it open.
    static FileStream Open(string path) => File.Exists(path)
        ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
        : throw new UserErrorException($"There is no file '{path}'.");
}
