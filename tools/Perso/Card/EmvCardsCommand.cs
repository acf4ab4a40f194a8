using System.CommandLine;
using PersoMesh.CardSimulator;
using PersoMesh.Emv;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card;

/// <summary><c>perso emv cards</c>: offline data authentication of a stack of simulated cards.</summary>
static class EmvCardsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "A stack of saved cards, such as runs/mesh/output/stack/good." };
        var aid = new Option<string>("--aid") { Description = "The application.", Required = true };
        var caKeys = new Option<string>("--ca-key") { Description = "File with certification authority public keys.", Required = true };
        var command = new Command("cards", """
            Check every simulated card of a stack as a terminal would: select the application, read its records, have it sign a random
            number, and verify static and dynamic authentication from its answers and the authority's public key alone.
            Exit status: 0 when every card passed static and dynamic authentication, 1 when not, 2 when there is no card.
            """)
        {
            folder, aid, caKeys,
        };
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime);
            var terminal = new SimulatedTerminal(CaKeyFile.Read(parsed.GetValue(caKeys)!), today);
            var application = HexInput.Parse(parsed.GetValue(aid)!, "--aid");
            var path = parsed.GetValue(folder)!;
            var files = Directory.Exists(path) ? Directory.GetFiles(path, "*.card") : [];
            if (files.Length == 0)
                throw new UserErrorException($"There are no cards in '{path}'.");
            var passed = files.Count(file => Passes(terminal, file, application));
            Console.WriteLine($"{passed} of {files.Length} cards pass static and dynamic data authentication");
            return passed == files.Length ? 0 : Guarded.Failure;
        }));
        return command;
    }

    static bool Passes(SimulatedTerminal terminal, string path, byte[] aid)
    {
        using var file = File.OpenRead(path);
        var report = terminal.Check(SimulatedCard.Load(file), aid);
        var failed = report.Findings.Where(finding => !finding.Passed).ToArray();
        foreach (var finding in failed)
            Console.WriteLine($"{Path.GetFileName(path)}: {finding.Subject}: {finding.Failure?.Reason}");
        return failed.Length == 0 && Has(report, AuthenticationSubject.SignedStaticData) && Has(report, AuthenticationSubject.DynamicSignature);
    }

    static bool Has(OfflineDataAuthenticationReport report, AuthenticationSubject subject) =>
        report.Findings.Any(finding => finding.Subject == subject);
}
