using System.Text.Json.Nodes;

namespace PersoMesh.Deployment.Tests;

public sealed class ManifestTests
{
    // Made by commands of docs/deploying.md, from the project's files.
    static readonly string[] SiteConfigMaps = ["persomesh-profiles", "persomesh-demo-keys"];

    static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    public static TheoryData<string> Folders => Manifests.Folders;

    public static TheoryData<string> Meshes => Manifests.Meshes;

    [Theory]
    [MemberData(nameof(Folders))]
    public void Kubectl_renders_the_folder(string folder)
    {
        Assert.NotEmpty(Manifests.Of(folder).Objects);
        Assert.All(Manifests.Of(folder).Objects, item =>
        {
            Assert.NotNull(item.Text("apiVersion"));
            Assert.NotNull(item.Text("kind"));
            Assert.Equal("persomesh", item.Text("metadata", item.Text("kind") == "Namespace" ? "name" : "namespace"));
        });
    }

    [Fact]
    public void Every_service_is_there_and_stations_only_where_they_are_simulated()
    {
        Assert.Equal(Repository.Services, Programs("simulated"));
        Assert.Equal(Repository.Services.Where(service => service != "StationGateway"), Programs("site"));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Variables_are_settings_of_the_service(string folder) => Assert.All(Manifests.Of(folder).Services, workload =>
    {
        Assert.NotEmpty(workload.Environment);
        Assert.All(workload.Environment, variable => Assert.Null(Settings.Fault(workload.Program, variable.Key, variable.Value)));
    });

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Files_in_variables_are_mounted(string folder) => Assert.All(Manifests.Of(folder).Services, workload =>
    {
        // The virtual host is no file, and the HSM's library is in its vendor's image.
        string[] others = ["/", "/opt/hsm/lib/libpkcs11.so"];
        var files = workload.Environment.Values.Where(value => value.StartsWith('/')).Except(others, StringComparer.Ordinal);
        Assert.All(files, file =>
        {
            var secret = workload.Secrets.SingleOrDefault(mount => IsIn(file, mount.Path)).Secret;
            if (secret is not null)
                Assert.NotNull(Manifests.Of("secrets").Get("Secret", secret).At("stringData", Path.GetFileName(file)));
            else
                Assert.Contains(workload.ConfigMaps, mount => IsIn(file, mount.Path));
        });
    });

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Mounted_secrets_have_a_placeholder_and_mounted_settings_a_command(string folder)
    {
        var workloads = Manifests.Of(folder).Workloads.ToList();
        var placeholders = Manifests.Of("secrets").Objects.Select(secret => secret.Text("metadata", "name"));
        Assert.All(workloads.SelectMany(workload => workload.Secrets), mount => Assert.Contains(mount.Secret, placeholders));
        Assert.All(workloads.SelectMany(workload => workload.ConfigMaps), mount => Assert.Contains(mount.ConfigMap, SiteConfigMaps));
    }

    [Fact]
    public void Commands_for_secrets_and_settings_are_documented()
    {
        var page = Repository.Read("docs/deploying.md");
        Assert.All(SiteConfigMaps, name => Assert.Contains($"create configmap {name} ", page, StringComparison.Ordinal));
        Assert.All(Manifests.Of("secrets").Objects, secret =>
            Assert.Contains($"create secret generic {secret.Text("metadata", "name")} ", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Every_container_has_probes(string folder) => Assert.All(Manifests.Of(folder).Workloads, workload =>
        Assert.All(Probes, probe => Assert.NotNull(workload.Container.At(probe))));

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Probes_of_services_ask_the_hosts_health_endpoints(string folder) => Assert.All(Manifests.Of(folder).Services, workload =>
    {
        Assert.Equal("8080", workload.Container.Items("ports").Single(port => port.Text("name") == "http").Text("containerPort"));
        Assert.Equal("/health/live", workload.Container.Text("livenessProbe", "httpGet", "path"));
        Assert.Equal("/health/live", workload.Container.Text("startupProbe", "httpGet", "path"));
        Assert.Equal("/health/ready", workload.Container.Text("readinessProbe", "httpGet", "path"));
        Assert.All(Probes, probe => Assert.Equal("http", workload.Container.Text(probe, "httpGet", "port")));
    });

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Containers_have_limits(string folder) => Assert.All(Manifests.Of(folder).Workloads, workload =>
        Assert.All(["cpu", "memory"], resource =>
        {
            Assert.NotNull(workload.Container.Text("resources", "requests", resource));
            Assert.NotNull(workload.Container.Text("resources", "limits", resource));
        }));

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Containers_have_no_more_rights_than_they_need(string folder) => Assert.All(Manifests.Of(folder).Workloads, workload =>
    {
        Assert.Equal("false", workload.Pod.Text("automountServiceAccountToken"));
        Assert.Equal("true", workload.Pod.Text("securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", workload.Pod.Text("securityContext", "seccompProfile", "type"));
        Assert.Equal("false", workload.Container.Text("securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("ALL", Assert.Single(workload.Container.Items("securityContext", "capabilities", "drop")).GetValue<string>());
        // RabbitMQ's image writes settings at its start.
        Assert.Equal(workload.Name == "rabbitmq" ? null : "true", workload.Container.Text("securityContext", "readOnlyRootFilesystem"));
    });

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Of_Ingest_Controller_and_simulated_stations_one_runs(string folder)
    {
        var manifests = Manifests.Of(folder);
        var once = manifests.Services.Where(workload => workload.Program is "Ingest" or "Controller" or "StationGateway").ToList();
        Assert.All(once, workload =>
        {
            Assert.Equal("1", workload.Definition.Text("spec", "replicas"));
            Assert.Equal("Recreate", workload.Definition.Text("spec", "strategy", "type"));
            Assert.DoesNotContain(workload.Name, Scaled(manifests));
        });
        Assert.Equal(folder == "site" ? 2 : 3, once.Count);
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Ingest_and_Controller_keep_their_state_in_the_database_and_nobody_else_has_its_password(string folder)
    {
        var workloads = Manifests.Of(folder).Workloads.ToList();
        Assert.All(workloads.Where(workload => workload.Program is "Ingest" or "Controller"),
            workload => Assert.Equal("postgresql", workload.Environment["Mesh__Database__Host"]));
        Assert.Equal(["controller", "ingest", "postgresql"], workloads
            .Where(workload => workload.Secrets.Any(mount => mount.Secret == "persomesh-database")).Select(workload => workload.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Autoscalers_alone_decide_how_many_Translators_and_Supports_there_are(string folder)
    {
        var manifests = Manifests.Of(folder);
        Assert.Equal(["support", "translator"], Scaled(manifests));
        Assert.All(Scaled(manifests), name => Assert.Null(manifests.Get("Deployment", name).At("spec", "replicas")));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Every_service_has_a_disruption_budget(string folder)
    {
        var manifests = Manifests.Of(folder);
        var budgets = manifests.OfKind("PodDisruptionBudget").Select(budget => budget.Map("spec", "selector", "matchLabels")).ToList();
        Assert.All(manifests.Services, workload => Assert.Single(budgets, workload.Matches));
    }

    [Theory]
    [MemberData(nameof(Meshes))]
    public void Selectors_select_something(string folder)
    {
        var manifests = Manifests.Of(folder);
        Assert.All(manifests.Workloads, item => Assert.True(item.Matches(item.Definition.Map("spec", "selector", "matchLabels"))));
        var selectors = manifests.OfKind("Service").Select(item => item.Map("spec", "selector"))
            .Concat(manifests.OfKind("PodDisruptionBudget").Select(item => item.Map("spec", "selector", "matchLabels")))
            .Concat(manifests.OfKind("NetworkPolicy").SelectMany(PodSelectors));
        Assert.All(selectors, selector => Assert.Contains(manifests.Workloads, workload => workload.Matches(selector)));
    }

    static IEnumerable<IReadOnlyDictionary<string, string>> PodSelectors(JsonObject policy) =>
        policy.Items("spec", "ingress").SelectMany(rule => rule.Items("from"))
            .Concat(policy.Items("spec", "egress").SelectMany(rule => rule.Items("to")))
            .Where(peer => peer.At("podSelector") is not null)
            .Select(peer => peer.Map("podSelector", "matchLabels"))
            .Append(policy.Map("spec", "podSelector", "matchLabels"));

    static IEnumerable<string> Programs(string folder) =>
        Manifests.Of(folder).Services.Select(workload => workload.Program!).Order(StringComparer.Ordinal);

    static IEnumerable<string> Scaled(Manifests manifests) =>
        manifests.OfKind("HorizontalPodAutoscaler")
            .Select(item => item.Text("spec", "scaleTargetRef", "name")!)
            .Order(StringComparer.Ordinal);

    static bool IsIn(string file, string folder) => file == folder || file.StartsWith(folder + "/", StringComparison.Ordinal);
}
