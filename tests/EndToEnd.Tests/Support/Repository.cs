namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>The source tree that these tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Source files with an extension under a folder of the tree, as paths relative to the root with slashes.</summary>
    public static IEnumerable<string> Files(string folder, string extension) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + extension, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "artifacts"))
            .Order(StringComparer.Ordinal);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PersoMesh.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not inside a source tree with PersoMesh.sln.");
    }
}
