using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>The transport keys of one file, each derived when it is first needed.</summary>
/// <param name="session">A session with the module that holds the key encryption keys.</param>
/// <param name="header">The file's header.</param>
/// <remarks>Not thread-safe; belongs to the session.</remarks>
public sealed class TransportKeyRing(ISecuritySession session, PreparedHeader header) : IDisposable
{
    readonly TransportKeys?[] _keys = new TransportKeys?[header.Keks.Count];

    /// <summary>The file's header.</summary>
    public PreparedHeader Header => header;

    /// <summary>The keys that belong to one of the header's key encryption keys.</summary>
    /// <param name="kek">Its place in the header, from 0.</param>
    /// <exception cref="PreparedJobException">The header names no such key, or the module has none.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public TransportKeys Get(int kek)
    {
        if (kek < 0 || kek >= _keys.Length)
            throw new PreparedJobException(null, $"key encryption key {kek} is not in the file's header.");
        try
        {
            return _keys[kek] ??= new TransportKeys(session, header.Keks[kek], header.FileId.Span);
        }
        catch (KeyNotFoundInModuleException e)
        {
            throw new PreparedJobException(
                null,
                $"key encryption key {header.Keks[kek].Id} version {header.Keks[kek].Version} is not in the security module: "
                    + "import it, or ask the issuer.",
                e);
        }
    }

    /// <summary>Places in the header of the key encryption keys that the module has.</summary>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public IReadOnlySet<int> InModule() => Enumerable.Range(0, _keys.Length).Where(IsInModule).ToHashSet();

    /// <summary>The keys that the MACs of file and records are made with.</summary>
    /// <exception cref="PreparedJobException">The module has no such key.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public TransportKeys Sealing => Get(header.SealingKek);

    /// <summary>Destroys the derived keys.</summary>
    public void Dispose()
    {
        foreach (var keys in _keys)
            keys?.Dispose();
    }

    bool IsInModule(int kek)
    {
        try
        {
            return Get(kek) is not null;
        }
        catch (PreparedJobException)
        {
            return false;
        }
    }
}
