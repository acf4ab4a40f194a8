using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Pcsc;
using PersoMesh.Pcsc.Native;
using PersoMesh.PrivateServers;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>One private pcscd for this process, which cannot have another; it may stop and start.</summary>
static class PcscdProcess
{
    public const int Slots = 16;

    static readonly Lazy<Task<PrivatePcscd>> Pcscd = new(StartAsync);

    public static Task<PrivatePcscd> GetAsync() => Pcscd.Value;

    /// <summary>Waits until pcscd has noticed that the last test took its card out of a slot.</summary>
    public static async Task EmptyAsync(VirtualSlot slot)
    {
        Assert.Equal(PcscCode.Success, NativePcsc.Instance.EstablishContext(out var context));
        var status = new Pcsc.ReaderStatus(slot.Reader);
        await Eventually.TrueAsync(
            () => NativePcsc.Instance.GetStatusChange(context, 0, [status]) == PcscCode.Success && status.States.HasFlag(ReaderStates.Empty),
            () => $"{slot.Reader} still has a card: {status.States}");
        NativePcsc.Instance.ReleaseContext(context);
    }

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
