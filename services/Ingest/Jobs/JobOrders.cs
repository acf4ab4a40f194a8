using MassTransit;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Hosting;

namespace PersoMesh.Ingest.Jobs;

/// <summary>How many card objects an order went out for.</summary>
public sealed record OrderedCards(int Cards);

/// <summary>
/// An operator's orders: noted here, first of all in the audit log, and carried out by the Controller. Each may be given again.
/// </summary>
sealed class JobOrders(IJobStore jobs, IAuditTrail audit, IBus bus)
{
    const int CardsAtOnce = 1000;
    static readonly Uri Controller = new("exchange:controller");

    /// <summary>Pauses, resumes or cancels a job, or changes its priority.</summary>
    /// <returns>Null when there is no such job.</returns>
    public async Task<JobStatus?> ControlAsync(string name, JobControl? control, int? priority, string actor, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(name, cancellationToken) is null)
            return null;
        if (control is { } wanted)
            await NoteAsync(actor, $"job.{(wanted == JobControl.Active ? "resume" : wanted == JobControl.Paused ? "pause" : "cancel")}", name, [], cancellationToken);
        if (priority is { } number)
            await NoteAsync(actor, "job.priority", name, new() { ["priority"] = $"{number}" }, cancellationToken);
        if (await jobs.ControlAsync(name, control, priority, cancellationToken) is not { } order)
            return null;
        await bus.SendAsync(Controller, order, cancellationToken);
        return await jobs.FindAsync(name, cancellationToken);
    }

    /// <summary>Lets card objects be made again that were rejected or cancelled: all of a job, or one.</summary>
    /// <returns>How many; null when there is no such job.</returns>
    /// <exception cref="OrderRefusedException">The card data were destroyed.</exception>
    public async Task<int?> RemakeAsync(string name, string? cardObjectId, string actor, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(name, cancellationToken) is not { } job)
            return null;
        if (job.DataDestroyed is { } destroyed)
            throw new OrderRefusedException($"The card data of job '{name}' were destroyed on {destroyed:yyyy-MM-dd}, as its profile's retention says: its cards cannot be made again.");
        await NoteAsync(actor, "job.remake", name, cardObjectId is null ? [] : new() { ["card"] = cardObjectId }, cancellationToken);
        // A cancelled job goes on, or its remade cards would be withdrawn at once.
        if (job.Control == JobControl.Cancelled)
            await ControlAsync(name, JobControl.Active, null, actor, cancellationToken);
        var count = 0;
        List<string> ids = [];
        await foreach (var line in jobs.ReportAsync(name, cancellationToken))
        {
            if (line.State is not (CardState.Rejected or CardState.Cancelled) || (cardObjectId is not null && line.CardObjectId != cardObjectId))
                continue;
            ids.Add(line.CardObjectId!);
            count++;
            if (ids.Count < CardsAtOnce)
                continue;
            await bus.SendAsync(Controller, new RemakeCards(job.JobId, ids), cancellationToken);
            ids = [];
        }

        if (ids.Count > 0)
            await bus.SendAsync(Controller, new RemakeCards(job.JobId, ids), cancellationToken);
        return count;
    }

    /// <summary>Settles an unresolved card object.</summary>
    public async Task ResolveAsync(Guid jobId, string cardObjectId, bool isGood, string actor, CancellationToken cancellationToken)
    {
        await NoteAsync(actor, "card.resolve", cardObjectId, new() { ["as"] = isGood ? "good" : "destroyed" }, cancellationToken);
        await bus.SendAsync(Controller, new ResolveCard(jobId, cardObjectId, isGood), cancellationToken);
    }

    /// <summary>Lets a stopped pool have cards again.</summary>
    public async Task ResumePoolAsync(string pool, string actor, CancellationToken cancellationToken)
    {
        await NoteAsync(actor, "pool.resume", pool, [], cancellationToken);
        await bus.SendAsync(Controller, new ResumePool(pool), cancellationToken);
    }

    ValueTask NoteAsync(string actor, string action, string subject, Dictionary<string, string> details, CancellationToken cancellationToken) =>
        audit.NoteAsync(new AuditRecord(actor, action, subject) { Details = details }, cancellationToken);
}
