using PersoMesh.Perso.Mesh;
using PersoMesh.PrivateServers;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>Knows what runs of a mesh, and does a supervisor's work: starts again what has ended.</summary>
sealed class MeshSupervisor(MeshRunOptions options, MeshRunState state)
{
    /// <summary>What runs now.</summary>
    public MeshRunState State { get; private set; } = state;

    public ServiceProcess Find(string service) => State.Services.First(process => process.Name == service);

    /// <summary>Starts the services that have ended by themselves.</summary>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> ReviveAsync()
    {
        string[] ended = [.. State.Services.Where(service => !DetachedProcess.IsRunning(service.ProcessId)).Select(service => service.Name)];
        foreach (var service in ended)
            await RestartAsync(service);
        return ended;
    }

    public async Task RestartAsync(string service) => State = await MeshRun.RestartAsync(options, State, service, CancellationToken.None);

    /// <summary>Notes that another process is broker or database now.</summary>
    public Task NoteAsync(MeshRunState changed)
    {
        State = changed;
        return MeshRun.SaveAsync(options.Folder, State);
    }
}
