using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// Keeps RSA key pairs ahead of their cards: threads, each with a session of its own, take them from the store and, when it has none, have
/// the security module make them. What is left at the end goes to the store.
/// </summary>
/// <remarks>Thread-safe. A key pair is given out once.</remarks>
public sealed class CardKeyPool : IDisposable
{
    const int AheadPerThread = 4;

    readonly ISecurityModule _module;
    readonly KeyPairStore _store;
    readonly int _ahead;
    readonly object _gate = new();
    readonly Dictionary<KeyPairSize, Queue<RSAParameters>> _ready;
    readonly Task[] _fillers;
    Exception? _failure;
    bool _isStopped;

    /// <summary>Starts to fill.</summary>
    /// <param name="module">Makes the key pairs: its sessions are <see cref="IRsaSession"/>.</param>
    /// <param name="store">Where key pairs come from first, and go to at the end.</param>
    /// <param name="sizes">What the cards need.</param>
    /// <param name="threads">Threads, each with a session.</param>
    public CardKeyPool(ISecurityModule module, KeyPairStore store, IEnumerable<KeyPairSize> sizes, int threads)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_module, _store, _ahead) = (module, store, AheadPerThread * threads);
        _ready = sizes.Distinct().ToDictionary(size => size, _ => new Queue<RSAParameters>());
        _fillers = _ready.Count == 0
            ? []
            : [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
                Fill, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Gives out a key pair, waiting for one if need be.</summary>
    /// <param name="bits">Of one of the sizes that were announced.</param>
    /// <param name="exponent">3 or 65537.</param>
    /// <returns>A key pair that nobody else gets, without private exponent when it was stored; the caller zeroes it.</returns>
    /// <exception cref="SecurityModuleException">The pool cannot be filled.</exception>
    /// <exception cref="PreparedJobException">A file of the store was changed.</exception>
    public RSAParameters Take(int bits, int exponent)
    {
        lock (_gate)
        {
            var ready = _ready[new KeyPairSize(bits, exponent)];
            while (ready.Count == 0)
            {
                if (_failure is not null)
                    throw new SecurityModuleException($"The pool of key pairs cannot be filled: {_failure.Message}", _failure);
                ObjectDisposedException.ThrowIf(_isStopped, this);
                Monitor.Wait(_gate);
            }

            Monitor.PulseAll(_gate);
            return ready.Dequeue();
        }
    }

    /// <summary>Stops filling and stores what nobody took.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopped)
                return;
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }

        Task.WaitAll(_fillers);
        try
        {
            using var session = _module.OpenSession();
            foreach (var (size, ready) in _ready)
                _store.Add(session, size, [.. ready]);
        }
        catch (SecurityModuleException)
        {
            // They were nobody's: losing them costs time only.
        }
    }

    /// <summary>Has the session's module make a key pair.</summary>
    /// <exception cref="SecurityModuleException">It makes none, or refused.</exception>
    public static RSAParameters Generate(ISecuritySession session, KeyPairSize size)
    {
        ArgumentNullException.ThrowIfNull(size);
        return session is IRsaSession rsa
            ? rsa.GenerateCardKeyPair(size.Bits, size.Exponent)
            : throw new SecurityModuleException("This security module makes no RSA key pairs: use a PKCS#11 token.");
    }

    void Fill()
    {
        try
        {
            using var session = _module.OpenSession();
            while (NextSize() is { } size)
                Keep(size, _store.Take(session, size) is { Count: > 0 } stored ? stored : [Generate(session, size)]);
        }
        catch (Exception e) when (e is SecurityModuleException or PreparedJobException or IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                _failure = e;
                Monitor.PulseAll(_gate);
            }
        }
    }

    // The size of which there are fewest; null at the end.
    KeyPairSize? NextSize()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_isStopped)
                    return null;
                var (size, ready) = _ready.MinBy(pair => pair.Value.Count);
                if (ready.Count < _ahead)
                    return size;
                Monitor.Wait(_gate);
            }
        }
    }

    void Keep(KeyPairSize size, IReadOnlyList<RSAParameters> pairs)
    {
        lock (_gate)
        {
            foreach (var pair in pairs)
                _ready[size].Enqueue(pair);
            Monitor.PulseAll(_gate);
        }
    }
}
