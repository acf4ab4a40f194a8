using System.CommandLine;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso pool</c>: the kinds of cards that stations have.</summary>
static class PoolCommand
{
    public static Command Create() => new("pool", "Let a stopped pool have cards again.") { Resume() };

    static Command Resume()
    {
        var (pool, folder) = (new Argument<string>("POOL") { Description = "The pool's name, as 'perso job list' shows it." }, MeshFolder.Option());
        var command = new Command("resume", """
            Give cards to a pool again that wrong card cryptograms have stopped. Look first: were there other cards in the stations,
            or does the profile name other keys? The count of wrong ones begins anew.
            """)
        {
            pool, folder,
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var client = new IngestClient(MeshFolder.Running(parsed.GetValue(folder)!).Ingest);
            await client.ResumePoolAsync(parsed.GetValue(pool)!, cancellationToken);
            Console.WriteLine($"Pool {parsed.GetValue(pool)} gets cards again.");
            return 0;
        }));
        return command;
    }
}
