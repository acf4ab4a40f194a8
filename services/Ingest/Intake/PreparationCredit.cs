using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace PersoMesh.Ingest.Intake;

/// <summary>
/// How many more card objects of a job may go into preparation: reading an issuer's file waits when the rest of the mesh is behind,
/// so that memory does not grow with the file. Thread-safe.
/// </summary>
sealed class PreparationCredit(IOptions<IngestOptions> options)
{
    readonly ConcurrentDictionary<Guid, SemaphoreSlim> _credits = new();

    /// <summary>Waits for credit for one card object.</summary>
    public Task TakeAsync(Guid jobId, CancellationToken cancellationToken) => Of(jobId).WaitAsync(cancellationToken);

    /// <summary>Gives credit back. A repeated message may give too much; the limit is a brake, not a promise.</summary>
    public void Return(Guid jobId, int cards) => Of(jobId).Release(cards);

    SemaphoreSlim Of(Guid jobId) => _credits.GetOrAdd(jobId, static (_, limit) => new SemaphoreSlim(limit), options.Value.MaxUnderPreparation);
}
