using PersoMesh.Fixtures;

namespace PersoMesh.Pkcs11.Tests;

public sealed class SmokeTests(SoftHsmFixture softHsm) : IClassFixture<SoftHsmFixture>
{
    [Fact]
    public void Every_mechanism_that_the_project_needs_is_usable_in_SoftHSM()
    {
        using var module = Pkcs11SecurityModule.Open(softHsm.Options());
        Assert.Equal("SoftHSM v2 token \"persomesh-test\"", module.Name);
        Assert.Equal(10, module.Mechanisms.Count);
        Assert.All(module.Mechanisms, probe => Assert.True(probe.IsUsable, probe.ToString()));
    }
}
