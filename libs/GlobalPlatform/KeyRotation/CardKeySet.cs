using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>A key set of a card, known by where its keys come from.</summary>
public sealed class CardKeySet
{
    readonly Func<InitializeUpdateResponse, CardKeys> _keysOf;
    readonly Func<SecureChannel, InitializeUpdateResponse, CardKeyRole, NewKey>? _encrypt;

    /// <summary>Describes a key set.</summary>
    /// <param name="version">Key version number, 01 to 7F; FF for the initial keys.</param>
    /// <param name="keysOf">The keys to open a secure channel with, by the card's answer; whoever opens the channel disposes them.</param>
    /// <param name="encrypt">
    /// One key for PUT KEY, under the DEK of the session given, by the card's answer in that session. Null for a set that is never put.
    /// </param>
    /// <exception cref="ArgumentException">The version is out of range.</exception>
    public CardKeySet(
        byte version, Func<InitializeUpdateResponse, CardKeys> keysOf,
        Func<SecureChannel, InitializeUpdateResponse, CardKeyRole, NewKey>? encrypt = null)
    {
        ArgumentNullException.ThrowIfNull(keysOf);
        if (version is 0 or (> 0x7F and not KeyRotation.InitialVersion))
            throw new ArgumentException("A key version is 01 to 7F, or FF for the initial keys.", nameof(version));
        (Version, _keysOf, _encrypt) = (version, keysOf, encrypt);
    }

    /// <summary>Key version number.</summary>
    public byte Version { get; }

    /// <summary>Keys that are derived from one master key.</summary>
    /// <param name="version">Key version number.</param>
    /// <param name="method">The method; with <see cref="DiversificationMethod.None"/> the set can be opened, but not put.</param>
    /// <param name="master">The master key; must outlive this object.</param>
    public static CardKeySet Diversified(byte version, DiversificationMethod method, ISecretKey master)
    {
        ArgumentNullException.ThrowIfNull(master);
        return new CardKeySet(
            version,
            response => KeyDiversification.Derive(method, master, response.KeyDiversificationData.Span),
            method == DiversificationMethod.None ? null : (channel, response, role) => Encrypt(channel, response, role, method, master));
    }

    internal CardKeys KeysOf(InitializeUpdateResponse response) => _keysOf(response);

    internal bool CanBePut => _encrypt is not null;

    internal NewKey[] EncryptKeys(SecureCardChannel session) =>
        [.. Enum.GetValues<CardKeyRole>().Select(role => _encrypt!(session.Secure, session.Opening, role))];

    static NewKey Encrypt(
        SecureChannel channel, InitializeUpdateResponse response, CardKeyRole role, DiversificationMethod method, ISecretKey master)
    {
        var value = new byte[method == DiversificationMethod.Kdf3 ? master.Length : 16];
        try
        {
            KeyDiversification.ComputeValue(method, master, role, response.KeyDiversificationData.Span, value);
            return NewKey.Encrypt(channel, master.Algorithm, value);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }
}
