using System.Runtime.InteropServices;
using IoRequest = PersoMesh.Pcsc.Native.NativeIoRequest<System.Runtime.InteropServices.CULong>;
using ReaderState = PersoMesh.Pcsc.Native.NativeReaderState<System.Runtime.InteropServices.CULong>;

namespace PersoMesh.Pcsc.Native;

/// <summary>
/// The exported functions, by name. LONG and DWORD are <see cref="CULong"/>, handles are pointer-sized on both systems (LONG in pcsc-lite,
/// ULONG_PTR in WinSCard). The calling convention is the platform's.
/// </summary>
sealed unsafe class PcscFunctions
{
    public readonly delegate* unmanaged<CULong, void*, void*, nint*, CULong> EstablishContext;
    public readonly delegate* unmanaged<nint, CULong> ReleaseContext;
    public readonly delegate* unmanaged<nint, CULong> Cancel;
    public readonly delegate* unmanaged<nint, byte*, byte*, CULong*, CULong> ListReaders;
    public readonly delegate* unmanaged<nint, CULong, ReaderState*, CULong, CULong> GetStatusChange;
    public readonly delegate* unmanaged<nint, byte*, CULong, CULong, nint*, CULong*, CULong> Connect;
    public readonly delegate* unmanaged<nint, CULong, CULong, CULong, CULong*, CULong> Reconnect;
    public readonly delegate* unmanaged<nint, CULong, CULong> Disconnect;
    public readonly delegate* unmanaged<nint, CULong> BeginTransaction;
    public readonly delegate* unmanaged<nint, CULong, CULong> EndTransaction;
    public readonly delegate* unmanaged<nint, byte*, CULong*, CULong*, CULong*, byte*, CULong*, CULong> Status;
    public readonly delegate* unmanaged<nint, IoRequest*, byte*, CULong, IoRequest*, byte*, CULong*, CULong> Transmit;

    public PcscFunctions()
    {
        var library = Load();
        // The functions with strings have a W in their name on Windows.
        var wide = OperatingSystem.IsWindows() ? "W" : "";
        EstablishContext = (delegate* unmanaged<CULong, void*, void*, nint*, CULong>)Export("SCardEstablishContext");
        ReleaseContext = (delegate* unmanaged<nint, CULong>)Export("SCardReleaseContext");
        Cancel = (delegate* unmanaged<nint, CULong>)Export("SCardCancel");
        ListReaders = (delegate* unmanaged<nint, byte*, byte*, CULong*, CULong>)Export("SCardListReaders" + wide);
        GetStatusChange = (delegate* unmanaged<nint, CULong, ReaderState*, CULong, CULong>)Export("SCardGetStatusChange" + wide);
        Connect = (delegate* unmanaged<nint, byte*, CULong, CULong, nint*, CULong*, CULong>)Export("SCardConnect" + wide);
        Reconnect = (delegate* unmanaged<nint, CULong, CULong, CULong, CULong*, CULong>)Export("SCardReconnect");
        Disconnect = (delegate* unmanaged<nint, CULong, CULong>)Export("SCardDisconnect");
        BeginTransaction = (delegate* unmanaged<nint, CULong>)Export("SCardBeginTransaction");
        EndTransaction = (delegate* unmanaged<nint, CULong, CULong>)Export("SCardEndTransaction");
        Status = (delegate* unmanaged<nint, byte*, CULong*, CULong*, CULong*, byte*, CULong*, CULong>)Export("SCardStatus" + wide);
        Transmit = (delegate* unmanaged<nint, IoRequest*, byte*, CULong, IoRequest*, byte*, CULong*, CULong>)Export("SCardTransmit");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    static nint Load()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("PC/SC is supported on Linux (pcsc-lite) and Windows (WinSCard).");
        try
        {
            return OperatingSystem.IsWindows()
                ? NativeLibrary.Load("winscard.dll", typeof(PcscFunctions).Assembly, DllImportSearchPath.System32)
                : NativeLibrary.Load("libpcsclite.so.1");
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                "The PC/SC library cannot be loaded: install pcsc-lite (Debian: apt-get install pcscd; Windows has its own).", e);
        }
    }
}
