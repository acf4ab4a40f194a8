using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PersoMesh.Deployment.Tests;

public sealed partial class ImageTests
{
    static IEnumerable<string> Images =>
    [
        .. Compose.All.Select(service => service.Image),
        .. Manifests.Of("simulated").Workloads.Select(workload => workload.Image),
        .. Manifests.Of("site").Workloads.Select(workload => workload.Image),
        .. Dockerfile.Instructions.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]),
    ];

    [Fact]
    public void Images_are_pinned_by_a_version() => Assert.All(Images, image => Assert.Matches(PinnedImage(), image));

    [Fact]
    public void Our_images_have_the_products_version()
    {
        var version = XDocument.Load(Repository.Path("Directory.Build.props")).Descendants("Version").Single().Value;
        var ours = Images.Where(image => image.Contains("persomesh/", StringComparison.Ordinal));
        Assert.All(ours, image => Assert.EndsWith($":{version}", image, StringComparison.Ordinal));
    }

    [Fact]
    public void Compose_and_Kubernetes_run_the_same_broker_and_traces() => Assert.All(["rabbitmq", "jaeger"], name => Assert.Equal(
        Compose.All.Single(service => service.Name == name).Image,
        Manifests.Of("broker").Workloads.Single(workload => workload.Name == name).Image));

    [Fact]
    public void The_image_runs_as_a_numbered_user_without_rights() => Assert.Equal("USER $APP_UID", Dockerfile.Instruction("USER"));

    [Fact]
    public void The_image_has_a_health_check_on_the_port_that_it_listens_on()
    {
        Assert.Contains("/health/ready", string.Join(' ', Dockerfile.HealthCheck), StringComparison.Ordinal);
        Assert.Contains("/dev/tcp/127.0.0.1/8080", string.Join(' ', Dockerfile.HealthCheck), StringComparison.Ordinal);
        Assert.Equal("8080", Dockerfile.Environment["ASPNETCORE_HTTP_PORTS"]);
        Assert.Equal("EXPOSE 8080", Dockerfile.Instruction("EXPOSE"));
        Assert.All(Dockerfile.Environment.Keys, name => Assert.Null(Settings.Fault(null, name, null)));
    }

    [Fact]
    public void The_build_context_has_every_project_that_the_services_need()
    {
        var included = Repository.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        Assert.All(Projects("services/Local/Local.csproj", []), project =>
            Assert.Contains(included, folder => project.StartsWith(folder + "/", StringComparison.Ordinal)));
        string[] common = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"];
        Assert.All(common, file => Assert.Contains(file, included));
    }

    static HashSet<string> Projects(string project, HashSet<string> found)
    {
        if (!found.Add(project))
            return found;
        var folder = Path.GetDirectoryName(Repository.Path(project))!;
        foreach (var reference in XDocument.Load(Repository.Path(project)).Descendants("ProjectReference"))
        {
            var file = Path.GetFullPath(Path.Combine(folder, reference.Attribute("Include")!.Value));
            Projects(Path.GetRelativePath(Repository.Root, file), found);
        }

        return found;
    }

    [GeneratedRegex(@"^[a-z0-9./-]+:[0-9]+(\.[0-9]+){1,2}(-[a-z]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PinnedImage();
}
