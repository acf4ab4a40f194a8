using System.CommandLine;
using PersoMesh.AuditLog;
using PersoMesh.Keys;
using PersoMesh.Perso.Audit;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.Pkcs11;

namespace PersoMesh.Perso.Keys;

/// <summary>A token under administration with its audit log.</summary>
sealed class KeysContext : IDisposable
{
    KeysContext(Pkcs11Options options, string logFile, string actor)
    {
        Actor = actor;
        Module = Pkcs11SecurityModule.Open(options);
        Administration = Pkcs11KeyAdministration.Open(options);
        var isSealed = Administration.List().Any(key => key.Label == AuditCommand.DefaultKey);
        Log = AuditLogFile.Open(logFile, new AuditLogOptions { Signer = isSealed ? new CmacAuditSigner(Module, AuditCommand.DefaultKey) : null });
        Custody = new KeyCustody(Administration, Log, actor);
    }

    public string Actor { get; }

    public Pkcs11SecurityModule Module { get; }

    public Pkcs11KeyAdministration Administration { get; }

    public AuditLogFile Log { get; }

    public KeyCustody Custody { get; }

    /// <summary>Gives a command the token's switches and the audit log's, and runs its body with both open.</summary>
    public static Command Run(Command command, Action<ParseResult, KeysContext> body)
    {
        var hsm = TokenArguments.Create();
        var log = new Option<string>("--audit") { Description = "The audit log.", DefaultValueFactory = _ => Path.Combine("runs", "audit", "keys.log") };
        var actor = new Option<string>("--actor") { Description = "Who does this, for the audit log.", DefaultValueFactory = _ => Environment.UserName };
        hsm.AddTo(command);
        command.Options.Add(log);
        command.Options.Add(actor);
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            using var context = new KeysContext(hsm.Require(parsed), parsed.GetValue(log)!, parsed.GetValue(actor)!);
            try
            {
                body(parsed, context);
            }
            catch (SecurityModuleException e)
            {
                context.Log.Append(context.Actor, "key.refused", command.Name, ("reason", e.Message));
                throw;
            }

            return 0;
        }));
        return command;
    }

    public void Dispose()
    {
        Log.Dispose();
        Administration.Dispose();
        Module.Dispose();
    }
}
