using PersoMesh.AuditLog;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Audit;

/// <summary>
/// What a session's claim says in the audit log, for the dispatcher in memory. In the database a trigger writes the same
/// (<see cref="DispatchAuditSchema"/>); one suite of tests holds for both.
/// </summary>
static class SessionAudit
{
    public static AuditRecord Of(string action, Guid sessionId, string cardObjectId, string job, int attempt, Verdict? verdict)
    {
        Dictionary<string, string> details = new(StringComparer.Ordinal)
        {
            ["job"] = job,
            ["session"] = sessionId.ToString(),
            ["attempt"] = $"{attempt}",
        };
        if (verdict is { } judged)
            details.Add("verdict", judged.ToString().ToLowerInvariant());
        return new AuditRecord("controller", action, cardObjectId) { Details = details };
    }
}
