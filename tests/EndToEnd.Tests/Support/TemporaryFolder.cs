namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A folder that is gone afterwards: what a run writes holds whole cards.</summary>
sealed class TemporaryFolder : IDisposable
{
    // Who runs as root lets the database's user through; what is inside has modes of its own.
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;

    public TemporaryFolder()
    {
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(Path, Mode);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("persomesh-e2e-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
