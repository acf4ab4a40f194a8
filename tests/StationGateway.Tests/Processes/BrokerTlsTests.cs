using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso;
using PersoMesh.PrivateServers;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Processes;

/// <summary>A gateway outside the private network reaches a broker that speaks TLS and asks for certificates.</summary>
public sealed class BrokerTlsTests
{
    const string BrokerName = "broker.test";
    const int Cards = 6;

    [Fact]
    public async Task A_gateway_joins_with_a_certificate_of_its_own_and_not_when_one_side_has_no_reason_to_trust_the_other()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TlsAuthority(folder.File("authority"));
        using var stranger = new TlsAuthority(folder.File("stranger"));
        var server = authority.Issue(BrokerName);
        var tls = new PrivateBrokerTls(FreePort.Find(1)[0], authority.CertificateFile, server.Certificate, server.Key);
        await using var mesh = await BrokerMesh.StartAsync(tls, []);
        var own = authority.Issue("station");
        string[] good = Settings(authority.CertificateFile, BrokerName, own);

        await FailsAsync("authority", Settings(stranger.CertificateFile, BrokerName, own), "RemoteCertificateValidationCallback");
        await FailsAsync("name", Settings(authority.CertificateFile, "broker.elsewhere", own), "RemoteCertificateValidationCallback");
        await FailsAsync("certificate", Settings(authority.CertificateFile, BrokerName, stranger.Issue("station")), "Connection Failed");

        await using var gateway = await StartAsync("good", good, isReady: true);
        await mesh.SubmitAsync("tls", MadeUpHolders.DebitCards("tls", 63, Cards));
        var status = await mesh.WaitAsync("tls", job => job.IsFinished);
        Assert.Equal((Cards, 0), (status.Good, status.Rejected));

        Task<GatewayProcess> StartAsync(string name, string[] settings, bool isReady) => GatewayProcess.StartAsync(
            [.. mesh.GatewaySettings, $"--Mesh:Broker:Port={tls.Port}", .. settings, .. EmbeddedMesh.Station(0, "emv"), $"--StationGateway:DemoKeyFile={InstallFolder.DemoKeys}"],
            new Dictionary<string, string?>(), folder.File($"{name}.log"), isReady);

        async Task FailsAsync(string name, string[] settings, string reason)
        {
            await using var outside = await StartAsync(name, settings, isReady: false);
            await Eventually.TrueAsync(
                () => File.Exists(outside.Log) && File.ReadAllText(outside.Log).Contains(reason, StringComparison.Ordinal), () => $"the log of '{name}' does not say {reason}");
            Assert.False(outside.HasEnded);
        }
    }

    static string[] Settings(string authorities, string brokerName, (string Certificate, string Key) own) =>
    [
        $"--Mesh:Broker:Tls:AuthorityFile={authorities}", $"--Mesh:Broker:Tls:ServerName={brokerName}",
        $"--Mesh:Broker:Tls:CertificateFile={own.Certificate}", $"--Mesh:Broker:Tls:KeyFile={own.Key}",
    ];
}
