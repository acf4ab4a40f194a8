using System.Threading.Channels;

namespace PersoMesh.AuditLog;

/// <summary>
/// The audit trail of a mesh without a database: what is noted goes into a file, in the order in which it was noted, a little later.
/// Whoever notes waits for no disk; a mesh in memory that is killed loses its jobs too.
/// </summary>
/// <remarks>Thread-safe. Dispose it to have everything written and sealed.</remarks>
public sealed class QueuedAuditTrail : IAuditTrail, IAsyncDisposable
{
    const int AtOnce = 1000;

    readonly Channel<AuditRecord> _noted = Channel.CreateUnbounded<AuditRecord>(new UnboundedChannelOptions { SingleReader = true });
    readonly AuditLogFile? _log;
    readonly Task _writing;

    /// <summary>Creates a queue.</summary>
    /// <param name="log">The file, owned by the queue; null to keep nothing.</param>
    public QueuedAuditTrail(AuditLogFile? log)
    {
        _log = log;
        _writing = log is null ? Task.CompletedTask : Task.Run(() => WriteAsync(log));
    }

    /// <summary>Notes a record.</summary>
    public void Note(AuditRecord record)
    {
        if (_log is not null)
            _noted.Writer.TryWrite(record);
    }

    /// <inheritdoc />
    public ValueTask NoteAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        Note(record);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _noted.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        _log?.Dispose();
    }

    async Task WriteAsync(AuditLogFile log)
    {
        while (await _noted.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            List<AuditRecord> records = [];
            while (records.Count < AtOnce && _noted.Reader.TryRead(out var record))
                records.Add(record);
            log.Append(records);
        }
    }
}
