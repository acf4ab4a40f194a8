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

    [Theory]
    [InlineData("Mesh:Broker has port 5671", "Port=5671")]
    [InlineData("Mesh:Broker:Tls:AuthorityFile 'none.pem'", "Tls:AuthorityFile=none.pem")]
    [InlineData("Mesh:Broker:Tls has one of CertificateFile and KeyFile", "Tls:CertificateFile=own.pem")]
    public void Settings_of_TLS_that_cannot_be_used_are_named(string beginning, string setting)
    {
        string[] settings = ["--Mesh:Broker:Host=127.0.0.1", $"--Mesh:Broker:{setting}"];
        var e = Assert.Throws<MeshConfigurationException>(() => MeshHost.Create(settings, "mesh", ContractsJson.Default, _ => { }));
        Assert.StartsWith(beginning, e.Message, StringComparison.Ordinal);
    }
}
