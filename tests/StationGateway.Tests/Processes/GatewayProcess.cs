using System.Diagnostics;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.PrivateServers;

namespace PersoMesh.StationGateway.Tests.Processes;

/// <summary>A station gateway as a process of its own, to be killed.</summary>
sealed class GatewayProcess : IAsyncDisposable
{
    readonly Process _process;

    GatewayProcess(Process process, Uri address, string log) => (_process, Address, Log) = (process, address, log);

    public Uri Address { get; }

    public string Log { get; }

    /// <summary>It has ended, killed or by itself.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a gateway; with <paramref name="isReady"/> it waits until its bus is connected.</summary>
    public static async Task<GatewayProcess> StartAsync(IEnumerable<string> settings, IReadOnlyDictionary<string, string?> environment, string log, bool isReady = true)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Find(1)[0]}");
        // exec: the shell becomes the gateway, so that its process is the one that is killed.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log, "dotnet", Path.Combine(AppContext.BaseDirectory, "PersoMesh.StationGateway.dll"), $"--urls={address}",
            },
        };
        foreach (var setting in settings)
            start.ArgumentList.Add(setting);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var gateway = new GatewayProcess(Process.Start(start)!, address, log);
        if (isReady)
            await gateway.WaitUntilReadyAsync();
        return gateway;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Assert.False(_process.HasExited, $"The gateway had ended by itself: {string.Join('\n', (await File.ReadAllLinesAsync(Log)).TakeLast(5))}");
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>Exit status.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                using var response = await http.GetAsync(new Uri("health/ready", UriKind.Relative));
                return response.IsSuccessStatusCode || _process.HasExited;
            }
            catch (HttpRequestException)
            {
                return _process.HasExited;
            }
        }, () => $"the gateway is not ready; see {Log}");
    }
}
