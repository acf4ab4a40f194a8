using System.CommandLine;
using PersoMesh.AuditLog;
using PersoMesh.Keys;
using PersoMesh.Perso.Audit;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Commands;
using PersoMesh.Pkcs11;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Keys;

/// <summary>A token under administration with its audit log.</summary>
sealed class KeysContext : IDisposable
{
    /// <summary>Enough for the threads that fill a pool of key pairs.</summary>
    public const int MaxSessions = 66;

    KeysContext(Pkcs11Options options, string logFile, string actor)
    {
        Actor = actor;
        Module = Pkcs11SecurityModule.Open(options);
        Administration = Pkcs11KeyAdministration.Open(options);
        Log = AuditArguments.Open(logFile, Module);
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
        var audit = AuditArguments.Create();
        hsm.AddTo(command);
        audit.AddTo(command);
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            using var context = new KeysContext(hsm.Require(parsed, MaxSessions), audit.File(parsed), audit.Actor(parsed));
            try
            {
                body(parsed, context);
            }
            catch (SecurityModuleException e)
            {
                context.Log.Append(context.Actor, "key.refused", command.Name, ("reason", e.Message));
                throw;
            }
            catch (PreparedJobException e)
            {
                throw new UserErrorException(e.Message, e);
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
