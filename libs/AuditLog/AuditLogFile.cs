using PersoMesh.Keys;

namespace PersoMesh.AuditLog;

/// <summary>
/// An append-only log in a file: each record chained to the one before it by SHA-256, on the disk (fsync) before
/// <see cref="Append(AuditRecord)"/> returns, and signed with the rest every few records or seconds.
/// </summary>
/// <remarks>
/// Thread-safe; threads that append at the same time share an fsync. One process writes a file at a time. A line that a crash cut in the
/// middle was never acknowledged: opening the file again takes it off.
/// </remarks>
public sealed class AuditLogFile : IDisposable
{
    /// <summary>The action of a log's first record; its subject is the log's own random identifier.</summary>
    public const string OpeningAction = "audit.begin";

    readonly Lock _writing = new();
    readonly Lock _flushing = new();
    readonly FileStream _lock;
    readonly FileStream _file;
    readonly AuditLogOptions _options;
    readonly ITimer? _timer;
    long _number;
    byte[] _hash;
    long _written;
    long _durable;
    int _unsealed;
    bool _disposed;

    AuditLogFile(FileStream exclusive, FileStream file, AuditLogOptions options, AuditLogTail tail)
    {
        _lock = exclusive;
        _file = file;
        _options = options;
        (_number, _hash, _unsealed) = (tail.Number, tail.Hash, tail.Unsealed);
        if (options.Signer is not null)
            _timer = options.Clock.CreateTimer(_ => Seal(), null, options.SealEvery, options.SealEvery);
    }

    /// <summary>Why the last seal could not be made, or null: records go on being written, and are sealed as soon as the HSM is back.</summary>
    public SecurityModuleException? SealFailure { get; private set; }

    /// <summary>Opens a log to continue it, or begins one.</summary>
    /// <param name="path">The file; its folder is made when it is missing.</param>
    /// <param name="options">How it is kept.</param>
    /// <exception cref="AuditLogException">Another process writes it, or its end is no entry of a log.</exception>
    public static AuditLogFile Open(string path, AuditLogOptions? options = null)
    {
        options ??= new AuditLogOptions();
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var exclusive = Lock(path);
        FileStream? file = null;
        try
        {
            // No buffer of our own: what was written is the system's, and one fsync brings all of it to the disk.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            var tail = AuditLogTail.Read(file, path);
            var log = new AuditLogFile(exclusive, file, options, tail);
            if (tail.Number == 0)
                log.Append(new AuditRecord("audit log", OpeningAction, Guid.NewGuid().ToString()));
            return log;
        }
        catch
        {
            file?.Dispose();
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>Writes a record; it is on the disk when this returns.</summary>
    /// <returns>The entry.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public AuditEntry Append(AuditRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        AuditEntry entry;
        long written;
        lock (_writing)
        {
            entry = Write(record);
            _unsealed++;
            if (_unsealed >= _options.SealEveryRecords)
                WriteSeal();
            written = _written;
        }

        Flush(written);
        return entry;
    }

    /// <summary>Writes a record; it is on the disk when this returns.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="action">What.</param>
    /// <param name="subject">To what.</param>
    /// <param name="details">Further facts.</param>
    public AuditEntry Append(string actor, string action, string subject, params ReadOnlySpan<(string Name, string Value)> details)
    {
        var named = new Dictionary<string, string>(details.Length, StringComparer.Ordinal);
        foreach (var (name, value) in details)
            named.Add(name, value);
        return Append(new AuditRecord(actor, action, subject) { Details = named });
    }

    /// <summary>Writes records in their order; all of them are on the disk when this returns.</summary>
    /// <exception cref="IOException">The file cannot be written; it may have taken some of them.</exception>
    public void Append(IReadOnlyList<AuditRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        long written;
        lock (_writing)
        {
            foreach (var record in records)
            {
                Write(record);
                _unsealed++;
                if (_unsealed >= _options.SealEveryRecords)
                    WriteSeal();
            }

            written = _written;
        }

        Flush(written);
    }

    /// <summary>Seals what is not sealed yet, if anything.</summary>
    public void Seal()
    {
        long written;
        lock (_writing)
        {
            if (_disposed || _unsealed == 0)
                return;
            WriteSeal();
            written = _written;
        }

        Flush(written);
    }

    /// <summary>Seals and closes the file.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _timer?.Dispose();
        Seal();
        lock (_writing)
        {
            _disposed = true;
            lock (_flushing)
                _file.Dispose();
            _lock.Dispose();
        }
    }

    AuditEntry Write(AuditRecord record)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var (entry, line) = AuditEncoding.Encode(_number + 1, _options.Clock.GetUtcNow(), record, _hash);
        WriteLine(line);
        _number = entry.Number;
        _hash = entry.Hash.ToArray();
        _written++;
        return entry;
    }

    void WriteLine(byte[] line)
    {
        var start = _file.Position;
        try
        {
            _file.Write([.. line, (byte)'\n']);
        }
        catch (IOException)
        {
            // A full disk leaves half a line, which the next record must not continue.
            _file.SetLength(start);
            _file.Position = start;
            throw;
        }
    }

    void WriteSeal()
    {
        if (_options.Signer is null)
            return;
        try
        {
            Write(AuditSeal.Create(_options.Signer, _number + 1, _hash));
            _unsealed = 0;
            SealFailure = null;
        }
        catch (SecurityModuleException e)
        {
            SealFailure = e;
        }
    }

    void Flush(long written)
    {
        lock (_flushing)
        {
            if (_durable >= written || _disposed)
                return;
            var upTo = Interlocked.Read(ref _written);
            _file.Flush(flushToDisk: true);
            _durable = upTo;
        }
    }

    // A file of its own: whoever reads the log while it is written needs no leave.
    static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e)
        {
            throw new AuditLogException($"The audit log '{path}' cannot be written: another process may be writing it. {e.Message}", e);
        }
    }
}
