using System.CommandLine;
using PersoMesh.Perso.Mesh;

namespace PersoMesh.Perso.Commands;

/// <summary>The folder of the mesh that a command works with.</summary>
static class MeshFolder
{
    public static Option<string> Option() => new("--folder") { Description = "Folder of the mesh: logs, key, broker data.", DefaultValueFactory = _ => Path.Combine("runs", "mesh") };

    /// <exception cref="UserErrorException">No mesh was started there.</exception>
    public static MeshRunState Running(string folder) => MeshRun.Find(Path.GetFullPath(folder))
        ?? throw new UserErrorException($"No mesh runs in {Path.GetFullPath(folder)}: start one with 'perso up'.");
}
