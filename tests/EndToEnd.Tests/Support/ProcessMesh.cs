using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Demo;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Mesh;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary><c>perso up</c> in a folder of its own: RabbitMQ and every service as a process. All are stopped again.</summary>
sealed class ProcessMesh : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly TemporaryFolder _folder;
    readonly IngestClient _ingest;

    ProcessMesh(TemporaryFolder folder, MeshRunState state)
    {
        (_folder, State) = (folder, state);
        _ingest = new IngestClient(state.Ingest);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public MeshRunState State { get; }

    public string Folder => _folder.Path;

    /// <summary>Starts a mesh with payment cards and badges; a test that needs other cards, or all, changes the options.</summary>
    public static async Task<ProcessMesh> UpAsync(int stationsPerPool, HsmOptions? hsm = null, Func<MeshRunOptions, MeshRunOptions>? change = null)
    {
        var folder = new TemporaryFolder();
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            var options = new MeshRunOptions
            {
                Folder = folder.Path,
                StationsPerPool = stationsPerPool,
                Hsm = hsm,
                Pools = [("emv", "emv-demo"), ("badge", "badge-demo")],
            };
            return new ProcessMesh(folder, await MeshRun.UpAsync(change?.Invoke(options) ?? options, _ => { }, deadline.Token));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Submits card objects and waits until nothing more happens to them.</summary>
    public async Task<(JobStatus Status, IReadOnlyList<CardReport> Report)> PersonalizeAsync(
        string job, string profile, string format, Stream records)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var submission = _ingest.SubmitAsync(job, profile, format, priority: 0, records, deadline.Token);
        var status = await JobWatch.QuietlyAsync(_ingest, job, submission, deadline.Token);
        return (status, await _ingest.ReportAsync(job, deadline.Token).OfType<CardReport>().ToArrayAsync(deadline.Token));
    }

    /// <summary><c>perso down</c>.</summary>
    public Task<bool> DownAsync() => MeshRun.DownAsync(Folder);

    /// <summary>Processes that were started with this mesh's folder in their environment, the broker's helpers among them.</summary>
    public IReadOnlyList<string> RunningProcesses()
    {
        List<string> running = [];
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "environ")).Contains(Folder, StringComparison.Ordinal))
                    running.Add($"{Path.GetFileName(process)} {File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ')}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended just now, or is somebody else's.
            }
        }

        return running;
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _ingest.Dispose();
        await DownAsync();
        _folder.Dispose();
    }

    // A test run that is broken off must not leave servers behind.
    void OnProcessExit(object? sender, EventArgs e) => DownAsync().Wait(Patience);
}
