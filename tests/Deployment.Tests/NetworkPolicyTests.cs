using System.Text.Json.Nodes;

namespace PersoMesh.Deployment.Tests;

public sealed class NetworkPolicyTests
{
    public static TheoryData<string> Meshes => Manifests.Meshes;

    [Theory]
    [MemberData(nameof(Meshes))]
    public void What_no_policy_allows_is_denied(string folder)
    {
        var deny = Manifests.Of(folder).Get("NetworkPolicy", "deny-all");
        Assert.Empty((JsonObject)deny.At("spec", "podSelector")!);
        Assert.Equal(["Ingress", "Egress"], deny.Items("spec", "policyTypes").Select(type => type.GetValue<string>()));
        Assert.Null(deny.At("spec", "ingress"));
        Assert.Null(deny.At("spec", "egress"));
    }

    [Fact]
    public void Only_Security_leaves_the_cluster_and_only_for_the_HSM() =>
        Assert.Equal(["security"], Leaving("site").Distinct(StringComparer.Ordinal));

    [Fact]
    public void Nobody_leaves_the_cluster_of_a_trial() => Assert.Empty(Leaving("simulated"));

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Only_Security_mounts_the_HSMs_PIN(string folder)
    {
        var having = Manifests.Of(folder).Workloads.Where(workload => workload.Secrets.Any(mount => mount.Secret == "persomesh-hsm"));
        Assert.Equal(folder == "site" ? ["security"] : [], having.Select(workload => workload.Name));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Services_reach_the_names_the_broker_and_the_traces_and_nothing_else(string folder)
    {
        var manifests = Manifests.Of(folder);
        var support = manifests.Services.Single(workload => workload.Program == "Support");
        var allowed = Egress(manifests, support).Select(rule => (Name(rule.Peer), rule.Port)).Distinct().Order();
        Assert.Equal([("broker", "5672"), ("kube-system", "53"), ("traces", "4317")], allowed);
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Ingest_and_Controller_alone_reach_the_database(string folder)
    {
        var manifests = Manifests.Of(folder);
        var reaching = manifests.Services.Where(service => Egress(manifests, service).Any(rule => Name(rule.Peer) == "database"));
        Assert.Equal(["Controller", "Ingest"], reaching.Select(service => service.Program!).Order(StringComparer.Ordinal));
        var peer = Assert.Single(RulesFor(manifests, manifests.Workloads.Single(item => item.Name == "postgresql"), "ingress")).Items("from").Single();
        Assert.Equal(["Controller", "Ingest"], manifests.Workloads.Where(workload => workload.Matches(peer.Map("podSelector", "matchLabels")))
            .Select(workload => workload.Program!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void What_services_may_reach_lets_them_in(string folder)
    {
        var manifests = Manifests.Of(folder);
        Assert.All(new[] { ("rabbitmq", "5672"), ("jaeger", "4317") }, target =>
        {
            var rules = RulesFor(manifests, manifests.Workloads.Single(item => item.Name == target.Item1), "ingress")
                .Where(rule => rule.Items("ports").Any(port => port.Text("port") == target.Item2));
            var peers = rules.SelectMany(rule => rule.Items("from")).Select(peer => peer.Map("podSelector", "matchLabels")).ToList();
            Assert.All(manifests.Services, service => Assert.Contains(peers, service.Matches));
        });
    }

    static IEnumerable<(JsonNode Peer, string Port)> Egress(Manifests manifests, Workload workload) =>
        from rule in RulesFor(manifests, workload, "egress")
        from peer in rule.Items("to")
        from port in rule.Items("ports")
        select (peer, port.Text("port")!);

    // An address, any address (no 'to'), or all ports (no 'ports') are ways out.
    static IEnumerable<string> Leaving(string folder) =>
        from workload in Manifests.Of(folder).Workloads
        from rule in RulesFor(Manifests.Of(folder), workload, "egress")
        where rule.At("to") is null || rule.At("ports") is null || rule.Items("to").Any(peer => peer.At("ipBlock") is not null)
        select workload.Name;

    static IEnumerable<JsonNode> RulesFor(Manifests manifests, Workload workload, string direction) => manifests.OfKind("NetworkPolicy")
        .Where(policy => workload.Matches(policy.Map("spec", "podSelector", "matchLabels")))
        .SelectMany(policy => policy.Items("spec", direction));

    static string? Name(JsonNode peer) =>
        peer.Text("podSelector", "matchLabels", "app.kubernetes.io/component")
        ?? peer.Text("namespaceSelector", "matchLabels", "kubernetes.io/metadata.name");
}
