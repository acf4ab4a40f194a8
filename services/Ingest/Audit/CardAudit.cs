using PersoMesh.AuditLog;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Audit;

/// <summary>
/// What a change of a card object's line says in the audit log, for the account in memory. In the database a trigger writes the same
/// (<see cref="JobAuditSchema"/>); one suite of tests holds for both.
/// </summary>
static class CardAudit
{
    /// <summary>The record of a change; null for one that says nothing to an auditor.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="before">The line as it was; null when it is new.</param>
    /// <param name="after">The line as it is.</param>
    public static AuditRecord? Of(string job, CardReport? before, CardReport after)
    {
        var subject = after.CardObjectId ?? $"record {after.RecordNumber} of {job}";
        if (before is null || after.State == CardState.Refused)
        {
            return after.State == CardState.Refused
                ? Record("ingest", "card.refuse", ("record", $"{after.RecordNumber}"), ("field", after.Field), ("reason", after.Reason))
                : Record("ingest", "card.accept", ("record", $"{after.RecordNumber}"));
        }

        if (before.State == after.State && before.Attempts == after.Attempts)
            return null;
        var isSettled = before.State == CardState.Unresolved && before.Attempts == after.Attempts && before.Reason == after.Reason;
        return (before.State, after.State) switch
        {
            (_, CardState.Cancelled) => Record("controller", "card.cancel"),
            (CardState.Preparing or CardState.Refused, CardState.Ready) when before.Attempts == after.Attempts => null,
            (CardState.Rejected or CardState.Cancelled, CardState.Ready) when before.Attempts == after.Attempts =>
                Record("controller", "card.remake", ("attempt", $"{after.Attempts}")),
            _ when isSettled => Record("controller", "card.settle", ("attempt", $"{after.Attempts}"), ("as", after.State == CardState.Good ? "good" : "destroyed")),
            (_, CardState.Good) => Session("card.good"),
            (_, CardState.Rejected) => Session("card.reject"),
            (_, CardState.Unresolved) => Session("card.unresolved"),
            _ => Session("card.retry"),
        };

        AuditRecord Session(string action) => Record(after.Station ?? "ingest", action,
            ("attempt", $"{after.Attempts}"), ("serial", after.CardSerial), ("reader", after.Reader), ("reason", after.Reason));

        AuditRecord Record(string actor, string action, params ReadOnlySpan<(string Name, string? Value)> details)
        {
            Dictionary<string, string> known = new(StringComparer.Ordinal) { ["job"] = job };
            foreach (var (name, value) in details)
            {
                if (value is not null)
                    known.Add(name, value);
            }

            return new AuditRecord(actor, action, subject) { Details = known };
        }
    }
}
