namespace PersoMesh.Deployment.Tests;

/// <summary>The project's folder.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The services that are deployed: each has a program, and Local is all of them in one for a desk.</summary>
    public static IReadOnlyList<string> Services { get; } =
    [
        .. Directory.EnumerateFiles(Path("services"), "Program.cs", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(file)!))
            .Where(name => name != "Local")
            .Order(StringComparer.Ordinal),
    ];

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(Path(relative));

    /// <summary>Everything that this test project answers for, as paths relative to the root.</summary>
    public static IEnumerable<string> DeploymentFiles() =>
        Directory.EnumerateFiles(Path("k8s"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path("deploy"), "*", SearchOption.AllDirectories))
            .Select(file => System.IO.Path.GetRelativePath(Root, file))
            .Where(file => System.IO.Path.GetDirectoryName(file) != "deploy/secrets")
            .Append("docker-compose.yml")
            .Append("services/Dockerfile")
            .Append("docs/deploying.md");

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "PersoMesh.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"PersoMesh.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
