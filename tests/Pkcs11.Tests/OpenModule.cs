using PersoMesh.Fixtures;

namespace PersoMesh.Pkcs11.Tests;

/// <summary>A token in SoftHSM and a module on it, shared by the tests of a class.</summary>
public sealed class OpenModule : IDisposable
{
    public OpenModule() => Module = Pkcs11SecurityModule.Open(SoftHsm.Options());

    public SoftHsmFixture SoftHsm { get; } = new();

    public Pkcs11SecurityModule Module { get; }

    public void Dispose()
    {
        Module.Dispose();
        SoftHsm.Dispose();
    }
}
