using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PersoMesh.Pcsc.Native;

// DWORD is "unsigned long" in pcsc-lite, 8 bytes on 64-bit Linux, and 4 bytes in WinSCard: what CULong is on either system. Both align
// naturally. The type parameter is CULong in use; tests also look at the layout of the system that they do not run on.

/// <summary>SCARD_READERSTATE: 80 bytes on 64-bit Linux, 64 on 64-bit Windows.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeReaderState<TDword>
    where TDword : unmanaged
{
    public nint Reader;
    public nint UserData;
    public TDword CurrentState;
    public TDword EventState;
    public TDword AtrLength;
    public AtrBuffer Atr;
}

/// <summary>SCARD_IO_REQUEST: 16 bytes on 64-bit Linux, 8 on Windows.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeIoRequest<TDword>
    where TDword : unmanaged
{
    public TDword Protocol;
    public TDword Length;
}

/// <summary>
/// rgbAtr: 36 bytes on Windows. pcsc-lite has 33 (an ATR is never longer, ISO/IEC 7816-3 §8.1) and then padding, so 36 are there as well.
/// </summary>
[InlineArray(Length)]
struct AtrBuffer
{
    public const int Length = 36;
    byte _first;
}
