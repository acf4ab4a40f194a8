using PersoMesh.Keys;

namespace PersoMesh.Pkcs11;

/// <summary>
/// A bounded number of logged-in sessions. A lost session is closed and another opened in its place.
/// </summary>
/// <remarks>
/// Thread-safe; owns the token access. <see cref="Generation"/> counts losses: what one session noticed (token reset, logged out)
/// probably happened to all, so idle sessions and cached handles of an older generation are checked before they are used again.
/// </remarks>
sealed class SessionPool(TokenAccess token, int size, TimeSpan timeout) : IDisposable
{
    readonly SemaphoreSlim _places = new(size, size);
    readonly Stack<Pkcs11Session> _idle = new(size);
    readonly Lock _gate = new();
    volatile int _generation;
    int _inUse;
    bool _disposed;

    public int Generation => _generation;

    public string TokenName => token.Name;

    public Pkcs11Session Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_places.Wait(timeout))
        {
            throw new SecurityModuleException(
                $"All {size} sessions with {token.Name} stayed in use for {timeout}: " +
                $"raise {nameof(Pkcs11Options.MaxSessions)}, or look for one that is not disposed.")
            {
                IsTransient = true,
            };
        }

        Enter();
        try
        {
            return TakeIdle() ?? Open();
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Closes a lost session and opens another in the place that its renter holds.</summary>
    public Pkcs11Session Replace(Pkcs11Session lost)
    {
        lost.Dispose();
        NoteLoss();
        return Open();
    }

    public void Return(Pkcs11Session session, bool isLost)
    {
        if (isLost)
            NoteLoss();
        var keep = false;
        lock (_gate)
        {
            keep = !isLost && !_disposed;
            if (keep)
                _idle.Push(session);
        }

        if (!keep)
            session.Dispose();
        Leave();
    }

    /// <summary>Makes everybody look twice: sessions at their state, keys at their handles.</summary>
    public void NoteLoss() => Interlocked.Increment(ref _generation);

    /// <summary>Closes the idle sessions. Those in use are closed when they are returned; the token is let go with the last.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out var idle))
                idle.Dispose();
            if (_inUse > 0)
                return;
        }

        token.Dispose();
    }

    void Enter()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _inUse++;
                return;
            }
        }

        _places.Release();
        throw new ObjectDisposedException(nameof(Pkcs11SecurityModule));
    }

    void Leave()
    {
        bool isLast;
        lock (_gate)
            isLast = --_inUse == 0 && _disposed;
        // Not before: C_Finalize under a call of another thread takes the process down.
        if (isLast)
            token.Dispose();
        _places.Release();
    }

    Pkcs11Session Open()
    {
        var generation = _generation;
        var session = token.OpenSession(readWrite: false);
        session.Generation = generation;
        return session;
    }

    Pkcs11Session? TakeIdle()
    {
        while (true)
        {
            Pkcs11Session? session;
            lock (_gate)
            {
                if (!_idle.TryPop(out session))
                    return null;
            }

            var generation = _generation;
            if (session.Generation == generation)
                return session;
            if (session.IsLoggedIn)
            {
                session.Generation = generation;
                return session;
            }

            session.Dispose();
        }
    }
}
