using PersoMesh.PrivateServers;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>One private pcscd for this process, which cannot have another; it may stop and start.</summary>
static class PcscdProcess
{
    public const int Slots = 16;

    static readonly Lazy<Task<PrivatePcscd>> Pcscd = new(StartAsync);

    public static Task<PrivatePcscd> GetAsync() => Pcscd.Value;

    static async Task<PrivatePcscd> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("pm-gw-").FullName;
        var pcscd = await PrivatePcscd.StartAsync(folder, Slots);
        pcscd.UseInThisProcess();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            pcscd.StopAsync().Wait();
            Directory.Delete(folder, recursive: true);
        };
        return pcscd;
    }
}
