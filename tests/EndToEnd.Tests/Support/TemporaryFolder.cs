namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A folder that is gone afterwards: what a run writes holds whole cards.</summary>
sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        // Started by root, the private database runs as another user and must be able to reach its data.
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(Path, System.IO.File.GetUnixFileMode(Path) | UnixFileMode.OtherExecute);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("persomesh-e2e-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
