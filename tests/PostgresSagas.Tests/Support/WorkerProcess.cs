using System.Diagnostics;
using PersoMesh.SagaBench;

namespace PersoMesh.PostgresSagas.Tests.Support;

/// <summary>A process with the saga of errands on PostgreSQL and RabbitMQ.</summary>
sealed class WorkerProcess : IAsyncDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    readonly Process _process;

    WorkerProcess(Process process) => _process = process;

    /// <summary>Starts a worker and waits until it consumes.</summary>
    public static async Task<WorkerProcess> StartAsync(string database, int brokerPort, CrashPoint point)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Worker).Assembly.Location, "worker", brokerPort.ToString(), point.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { [Worker.DatabaseVariable] = database },
        };
        var process = Process.Start(start)!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(Limit));
        return new WorkerProcess(process);
    }

    /// <summary>Waits until it has been killed.</summary>
    public async Task DeathAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(128 + 9, _process.ExitCode);
    }

    /// <summary>Lets it stop in order.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(Limit);
        }

        _process.Dispose();
    }
}
