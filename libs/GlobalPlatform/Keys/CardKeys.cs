using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>The role of a secure channel key; the value is its key identifier in a key set (GPC 2.3.1 tables E-3 and 6-1).</summary>
public enum CardKeyRole
{
    /// <summary>Authentication and encryption (Key-ENC).</summary>
    Enc = 1,

    /// <summary>Message authentication (Key-MAC).</summary>
    Mac = 2,

    /// <summary>Encryption of sensitive data (Key-DEK).</summary>
    Dek = 3,
}

/// <summary>The three static secure channel keys of one key set of one card.</summary>
/// <remarks>
/// Not thread-safe. Keys that come from a diversification are derived in the security module when first used, so the master key must
/// outlive this object; a session that never touches the DEK never derives it.
/// </remarks>
public sealed class CardKeys : IDisposable
{
    readonly Func<CardKeyRole, ISecretKey> _source;
    readonly ISecretKey?[] _keys = new ISecretKey?[3];
    readonly bool _ownsKeys;

    /// <summary>Takes keys that exist already.</summary>
    /// <param name="enc">Key-ENC; stays the caller's, as the other two, and must outlive this object.</param>
    /// <param name="mac">Key-MAC; may be the same object as <paramref name="enc"/>.</param>
    /// <param name="dek">Key-DEK; may be the same object as <paramref name="enc"/>.</param>
    /// <exception cref="ArgumentException">The keys are not all of one cipher.</exception>
    public CardKeys(ISecretKey enc, ISecretKey mac, ISecretKey dek)
    {
        ArgumentNullException.ThrowIfNull(enc);
        ArgumentNullException.ThrowIfNull(mac);
        ArgumentNullException.ThrowIfNull(dek);
        if (mac.Algorithm != enc.Algorithm || dek.Algorithm != enc.Algorithm)
            throw new ArgumentException("The keys of a key set are all of one cipher.", nameof(mac));
        Algorithm = enc.Algorithm;
        _source = role => role switch { CardKeyRole.Enc => enc, CardKeyRole.Mac => mac, _ => dek };
    }

    internal CardKeys(KeyAlgorithm algorithm, Func<CardKeyRole, ISecretKey> derive) =>
        (Algorithm, _source, _ownsKeys) = (algorithm, derive, true);

    /// <summary>The cipher of all three keys: 3DES for SCP02, AES for SCP03.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>Key-ENC; owned by this object when it was derived.</summary>
    public ISecretKey Enc => Get(CardKeyRole.Enc);

    /// <summary>Key-MAC; owned by this object when it was derived.</summary>
    public ISecretKey Mac => Get(CardKeyRole.Mac);

    /// <summary>Key-DEK; owned by this object when it was derived.</summary>
    public ISecretKey Dek => Get(CardKeyRole.Dek);

    /// <summary>Destroys the keys that were derived; keys that the caller brought are left alone.</summary>
    public void Dispose()
    {
        if (_ownsKeys)
        {
            foreach (var key in _keys)
                key?.Dispose();
        }

        Array.Clear(_keys);
    }

    ISecretKey Get(CardKeyRole role) => _keys[(int)role - 1] ??= _source(role);
}
