using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;

namespace PersoMesh.Security.Sessions;

/// <summary>A card's keys with the master key that they come from: both are let go together.</summary>
sealed class DiversifiedKeys : IDisposable
{
    readonly ISecretKey _master;

    /// <exception cref="KeyNotFoundInModuleException">No such master key.</exception>
    public DiversifiedKeys(ISecuritySession session, string masterKey, string diversification, ReadOnlySpan<byte> diversificationData)
    {
        if (!KeyDiversification.TryParse(diversification, out var method))
            throw new SecureChannelException($"Key diversification '{diversification}' is not known.");
        _master = session.GetKey(masterKey);
        Keys = KeyDiversification.Derive(method, _master, diversificationData);
    }

    public CardKeys Keys { get; }

    public void Dispose()
    {
        Keys.Dispose();
        _master.Dispose();
    }
}
