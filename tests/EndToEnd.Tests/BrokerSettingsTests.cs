using PersoMesh.Contracts;
using PersoMesh.Hosting;

namespace PersoMesh.EndToEnd.Tests;

public sealed class BrokerSettingsTests
{
    [Theory]
    [InlineData("a,b:amqp")]
    [InlineData("a:70000")]
    [InlineData(" , ")]
    public void A_list_of_nodes_that_cannot_be_read_names_the_setting(string host)
    {
        var e = Assert.Throws<MeshConfigurationException>(() => MeshHost.Create([$"--Mesh:Broker:Host={host}"], "mesh", ContractsJson.Default, _ => { }));
        Assert.StartsWith("Mesh:Broker:Host", e.Message, StringComparison.Ordinal);
    }
}
