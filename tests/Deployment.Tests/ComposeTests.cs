using System.Text.Json.Nodes;

namespace PersoMesh.Deployment.Tests;

public sealed class ComposeTests
{
    public static TheoryData<string> Ours => [.. Compose.Ours.Select(service => service.Name)];

    [Theory]
    [InlineData()]
    [InlineData("simulated")]
    [InlineData("hsm")]
    [InlineData("simulated", "hsm")]
    public void Docker_compose_takes_the_file(params string[] profiles)
    {
        IEnumerable<string> options = profiles.SelectMany(profile => new[] { "--profile", profile });
        Assert.Empty(Tool.Run("docker-compose", "docker-compose", [.. options, "config", "-q"]));
    }

    [Fact]
    public void Every_service_is_there() => Assert.Equal(
        Repository.Services,
        Compose.Ours.Select(service => service.Program!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("simulated")]
    [InlineData("hsm")]
    public void A_profile_has_one_of_each_service_at_most(string profile) =>
        // Two Security services with different keys on one queue would spoil cards; two Ingests or Controllers would split the jobs.
        Assert.All(
            Compose.Ours.Where(service => service.RunsWith(profile)).GroupBy(service => service.Program, StringComparer.Ordinal),
            group => Assert.Single(group));

    [Theory]
    [MemberData(nameof(Ours))]
    public void Its_variables_are_settings_of_the_service(string name)
    {
        var service = Service(name);
        Assert.NotEmpty(service.Environment);
        Assert.All(service.Environment, variable => Assert.Null(Settings.Fault(service.Program, variable.Key, variable.Value)));
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void Files_in_its_variables_are_mounted(string name)
    {
        var service = Service(name);
        var mounted = service.Mounts.Select(mount => mount.Target)
            .Concat(service.Secrets.Select(secret => $"/run/secrets/{secret}"))
            .Append("/usr/lib/softhsm/libsofthsm2.so")
            .ToList();
        Assert.All(service.Environment.Values.Where(value => value.StartsWith('/')), file => Assert.Contains(file, mounted));
    }

    [Fact]
    public void Mounted_files_of_the_project_exist_and_are_read_only()
    {
        var files = Compose.All
            .SelectMany(service => service.Mounts)
            .Where(mount => mount.Source.StartsWith("./", StringComparison.Ordinal));
        Assert.All(files, mount =>
        {
            Assert.True(Path.Exists(Repository.Path(mount.Source)), mount.Source);
            Assert.Equal("ro", mount.Options);
        });
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void It_has_no_more_rights_than_it_needs(string name)
    {
        var definition = Service(name).Definition;
        Assert.Equal("true", definition.Text("read_only"));
        Assert.Equal(["ALL"], Service(name).Texts("cap_drop"));
        Assert.Contains("no-new-privileges:true", Service(name).Texts("security_opt"));
        Assert.Equal("0", definition.Text("ulimits", "core"));
        Assert.Null(definition.At("user"));
        Assert.Null(definition.At("privileged"));
        Assert.Null(definition.At("network_mode"));
        // Else the image's health check would not run, and nobody could wait for the service.
        Assert.Null(definition.At("healthcheck"));
    }

    [Fact]
    public void The_broker_has_a_health_check_and_all_services_wait_for_it()
    {
        Assert.NotNull(Compose.File.At("services", "rabbitmq", "healthcheck", "test"));
        Assert.All(Compose.Ours, service => Assert.Contains("rabbitmq", WaitsFor(service.Name)));
    }

    [Fact]
    public void Ingest_and_Controller_keep_their_state_in_the_database_and_nobody_else_has_its_password()
    {
        string[] keepers = ["controller", "ingest"];
        Assert.NotNull(Compose.File.At("services", "postgresql", "healthcheck", "test"));
        Assert.All(keepers, name => Assert.Contains("postgresql", WaitsFor(name)));
        Assert.All(keepers, name => Assert.Equal("postgresql", Service(name).Environment["Mesh__Database__Host"]));
        Assert.Equal([.. keepers, "postgresql"],
            Compose.All.Where(service => service.Secrets.Contains("database-password")).Select(service => service.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Ports_are_published_on_the_loopback_interface_only() => Assert.All(
        Compose.All.SelectMany(service => service.Ports),
        port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact]
    public void The_mesh_has_no_way_out_and_only_Security_is_on_the_HSMs_network()
    {
        Assert.Equal("true", Compose.File.Text("networks", "mesh", "internal"));
        Assert.Equal("security", Assert.Single(Compose.All, service => service.Networks.Contains("hsm")).Name);
        Assert.Equal("security", Assert.Single(Compose.All, service => service.Secrets.Contains("hsm-pin")).Name);
        var others = Compose.Ours.Where(service => service.Name is not ("ingest" or "security"));
        Assert.All(others, service => Assert.Equal(["mesh"], service.Networks));
    }

    [Fact]
    public void A_wrong_PIN_is_not_tried_without_end() => Assert.Equal("on-failure:1", Service("security").Definition.Text("restart"));

    [Fact]
    public void Secrets_are_files_that_new_secrets_makes()
    {
        var script = Repository.Read("deploy/new-secrets.sh");
        Assert.All(Compose.All.SelectMany(service => service.Secrets).Distinct(StringComparer.Ordinal), secret =>
        {
            Assert.StartsWith("./deploy/secrets/", Compose.SecretFile(secret), StringComparison.Ordinal);
            Assert.Contains($"new {Path.GetFileName(Compose.SecretFile(secret))}", script, StringComparison.Ordinal);
        });
    }

    static ComposeService Service(string name) => Compose.All.Single(service => service.Name == name);

    static HashSet<string> WaitsFor(string name)
    {
        var direct = ((JsonObject)Service(name).Definition["depends_on"]!).Select(entry => entry.Key).ToList();
        return [.. direct, .. direct.Where(other => Service(other).Program is not null).SelectMany(WaitsFor)];
    }
}
