using System.CommandLine;
using PersoMesh.Perso.Mesh;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso down</c>: stops what <c>perso up</c> started.</summary>
static class DownCommand
{
    public static Command Create()
    {
        var folder = MeshFolder.Option();
        var command = new Command("down", "Stop the mesh that 'perso up' started. Sessions in progress end first.") { folder };
        command.SetAction((parsed, _) => Guarded.RunAsync(async () =>
        {
            if (!await MeshRun.DownAsync(Path.GetFullPath(parsed.GetValue(folder)!)))
                throw new UserErrorException($"No mesh runs in {Path.GetFullPath(parsed.GetValue(folder)!)}.");
            Console.WriteLine("Stopped.");
            return 0;
        }));
        return command;
    }
}
