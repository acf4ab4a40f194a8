using System.Xml.Linq;
using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>What may refer to what, and how long a file may be.</summary>
public sealed class ArchitectureTests
{
    const int LongestFile = 400;
    const int LongestProgram = 29;

    /// <summary>References that break the rule for services, each with its reason.</summary>
    static readonly Dictionary<string, string> AllowedReferences = new(StringComparer.Ordinal)
    {
        ["services/StationGateway/StationGateway.csproj -> tools/CardSimulator/CardSimulator.csproj"] =
            "a virtual reader holds simulated cards, as another holds a PC/SC handle",
        ["services/StationGateway/StationGateway.csproj -> tools/FileSystemCard/FileSystemCard.csproj"] =
            "a virtual reader holds simulated cards, as another holds a PC/SC handle",
    };

    /// <summary>Files over the limit, each with its reason.</summary>
    static readonly Dictionary<string, string> AllowedLengths = new(StringComparer.Ordinal);

    [Fact]
    public void Services_refer_to_contracts_and_libs_only_and_Local_to_services_only()
    {
        foreach (var (project, reference) in References("services"))
        {
            var allowed = project.StartsWith("services/Local/", StringComparison.Ordinal)
                ? reference.StartsWith("services/", StringComparison.Ordinal)
                : IsUnder(reference, "contracts", "libs") || AllowedReferences.ContainsKey($"{project} -> {reference}");
            Assert.True(allowed, $"{project} refers to {reference}");
        }
    }

    [Fact]
    public void Each_exception_is_still_needed()
    {
        var references = References("services").Select(pair => $"{pair.Project} -> {pair.Reference}");
        Assert.Empty(AllowedReferences.Keys.Except(references, StringComparer.Ordinal));
        Assert.All(AllowedLengths.Keys, file => Assert.True(Lines(file) > LongestFile));
    }

    [Fact]
    public void Libs_refer_to_libs_only() =>
        Assert.All(References("libs"), pair => Assert.True(IsUnder(pair.Reference, "libs"), $"{pair.Project} refers to {pair.Reference}"));

    [Fact]
    public void Contracts_refer_to_nothing() =>
        Assert.Empty(Elements("contracts/Contracts.csproj", "ProjectReference", "PackageReference", "FrameworkReference", "Reference"));

    [Fact]
    public void The_card_simulators_share_no_source_with_the_host_side()
    {
        Assert.Empty(Elements("tools/CardSimulator/CardSimulator.csproj", "ProjectReference", "Compile"));
        // Both are cards, and share what a card's side of the wire is.
        Assert.All(References("tools/FileSystemCard"), pair => Assert.Equal("tools/CardSimulator/CardSimulator.csproj", pair.Reference));
    }

    [Fact]
    public void Every_service_is_a_program_of_its_own()
    {
        string[] services = ["Controller", "Ingest", "Local", "Security", "StationGateway", "Support", "Translator"];
        var folders = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "services"));
        Assert.Equal(services, folders.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(services, name => Assert.Equal("Exe", Assert.Single(Elements($"services/{name}/{name}.csproj", "OutputType")).Value));
    }

    [Fact]
    public void Programs_are_short()
    {
        var programs = Sources().Where(file => Path.GetFileName(file) == "Program.cs").ToArray();
        Assert.NotEmpty(programs);
        Assert.All(programs, file => Assert.InRange(Lines(file), 1, LongestProgram));
    }

    [Fact]
    public void No_file_is_long()
    {
        Assert.All(Sources().Where(file => !AllowedLengths.ContainsKey(file)), file => Assert.InRange(Lines(file), 0, LongestFile));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "PersoMesh.sln")).Replace('\\', '/');
        string[] folders = ["contracts", "libs", "services", "tools", "tests"];
        Assert.All(folders.SelectMany(folder => Repository.Files(folder, ".csproj")),
            project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    static IEnumerable<string> Sources() =>
        new[] { "contracts", "libs", "services", "tools" }.SelectMany(folder => Repository.Files(folder, ".cs"));

    static int Lines(string file) => File.ReadLines(Path.Combine(Repository.Root, file)).Count();

    static (string Project, string Reference)[] References(string folder)
    {
        var projects = Repository.Files(folder, ".csproj").ToArray();
        Assert.NotEmpty(projects);
        return [.. projects.SelectMany(project =>
            Elements(project, "ProjectReference").Select(element => (project, Target(project, element))))];
    }

    static string Target(string project, XElement reference)
    {
        var path = reference.Attribute("Include")!.Value.Replace('\\', '/');
        var full = Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, path);
        return Path.GetRelativePath(Repository.Root, full).Replace('\\', '/');
    }

    static XElement[] Elements(string project, params string[] names) =>
        [.. XDocument.Load(Path.Combine(Repository.Root, project)).Descendants().Where(element => names.Contains(element.Name.LocalName))];

    static bool IsUnder(string path, params string[] folders) => folders.Contains(path.Split('/')[0]);
}
