using System.CommandLine;
using PersoMesh.AuditLog;
using PersoMesh.Keys;

namespace PersoMesh.Perso.Audit;

/// <summary>The switches of a command that writes to an audit log.</summary>
sealed class AuditArguments
{
    readonly Option<string> _file = new("--audit") { Description = "The audit log.", DefaultValueFactory = _ => Path.Combine("runs", "audit", "keys.log") };
    readonly Option<string> _actor = new("--actor") { Description = "Who does this, for the audit log.", DefaultValueFactory = _ => Environment.UserName };

    public static AuditArguments Create() => new();

    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_actor);
    }

    public string File(ParseResult parsed) => parsed.GetValue(_file)!;

    public string Actor(ParseResult parsed) => parsed.GetValue(_actor)!;

    /// <summary>Writes a record and lets go of the log: what takes long does not keep others from writing.</summary>
    /// <exception cref="AuditLogException">Another process writes the log, or it cannot be continued.</exception>
    public void Append(ParseResult parsed, ISecurityModule? module, string action, string subject, params ReadOnlySpan<(string Name, string Value)> details)
    {
        using var log = Open(File(parsed), module);
        log.Append(Actor(parsed), action, subject, details);
    }

    /// <summary>Opens a log; its seals are the token's, when it has the key for it.</summary>
    public static AuditLogFile Open(string file, ISecurityModule? module) => AuditLogFile.Open(
        file, new AuditLogOptions { Signer = module is not null && HasKey(module) ? new CmacAuditSigner(module, AuditCommand.DefaultKey) : null });

    static bool HasKey(ISecurityModule module)
    {
        using var session = module.OpenSession();
        try
        {
            using var key = session.GetKey(AuditCommand.DefaultKey);
            return true;
        }
        catch (KeyNotFoundInModuleException)
        {
            return false;
        }
    }
}
