using PersoMesh.Fixtures;
using PersoMesh.Keys;
using PersoMesh.Pkcs11;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>A token with the pool's key.</summary>
public sealed class PoolToken : IDisposable
{
    readonly SoftHsmFixture _hsm = new();

    public PoolToken()
    {
        using (var administration = Pkcs11KeyAdministration.Open(_hsm.Options()))
            administration.Generate(KeyPairStore.KeyLabel, KeyAlgorithm.Aes, 32, KeyUses.Encrypt | KeyUses.Derive);
        Module = Pkcs11SecurityModule.Open(_hsm.Options(maxSessions: 12));
    }

    public ISecurityModule Module { get; }

    /// <summary>The token's key becomes another one.</summary>
    public void ReplaceKey()
    {
        using var administration = Pkcs11KeyAdministration.Open(_hsm.Options());
        administration.Delete(KeyPairStore.KeyLabel);
        administration.Generate(KeyPairStore.KeyLabel, KeyAlgorithm.Aes, 32, KeyUses.Encrypt | KeyUses.Derive);
    }

    public void Dispose()
    {
        Module.Dispose();
        _hsm.Dispose();
    }
}
