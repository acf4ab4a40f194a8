using System.Runtime.InteropServices;

namespace PersoMesh.Pcsc.Native;

/// <summary>PC/SC of this machine: pcsc-lite on Linux, WinSCard on Windows.</summary>
public sealed unsafe class NativePcsc : IPcscApi
{
    const uint ScopeSystem = 2;
    const uint RawOnWindows = 0x10000;
    const int MaxReaderStates = 128;

    static readonly Lazy<NativePcsc> Shared = new(() => new NativePcsc());

    readonly PcscFunctions _functions = new();
    readonly NativeStrings _strings = NativeStrings.Current;

    NativePcsc()
    {
    }

    /// <summary>The one of this process.</summary>
    /// <exception cref="DllNotFoundException">pcsc-lite is not installed.</exception>
    /// <exception cref="PlatformNotSupportedException">Neither Linux nor Windows.</exception>
    public static NativePcsc Instance => Shared.Value;

    /// <inheritdoc/>
    public PcscCode EstablishContext(out nint context)
    {
        nint handle;
        var code = Code(_functions.EstablishContext(Dword(ScopeSystem), null, null, &handle));
        context = code == PcscCode.Success ? handle : 0;
        return code;
    }

    /// <inheritdoc/>
    public PcscCode ReleaseContext(nint context) => Code(_functions.ReleaseContext(context));

    /// <inheritdoc/>
    public PcscCode Cancel(nint context) => Code(_functions.Cancel(context));

    /// <inheritdoc/>
    public PcscCode ListReaders(nint context, out IReadOnlyList<string> readers)
    {
        // Readers may come between asking for the length and asking for the names, so room is made and made larger.
        for (var units = 4096; ; units *= 2)
        {
            var buffer = new byte[units * _strings.Unit];
            var length = Dword((uint)units);
            fixed (byte* names = buffer)
            {
                var code = Code(_functions.ListReaders(context, null, names, &length));
                if (code == PcscCode.InsufficientBuffer && units < 1 << 20)
                    continue;
                readers = code == PcscCode.Success ? _strings.Split(buffer.AsSpan(0, (int)Value(length) * _strings.Unit)) : [];
                return code;
            }
        }
    }

    /// <inheritdoc/>
    public PcscCode GetStatusChange(nint context, uint timeoutMilliseconds, IReadOnlyList<ReaderStatus> readers)
    {
        ArgumentNullException.ThrowIfNull(readers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(readers.Count, MaxReaderStates, nameof(readers));
        var starts = new int[readers.Count];
        var names = new List<byte>();
        for (var i = 0; i < readers.Count; i++)
        {
            starts[i] = names.Count;
            names.AddRange(_strings.Terminated(readers[i].Reader));
        }

        var states = stackalloc NativeReaderState<CULong>[readers.Count];
        fixed (byte* start = CollectionsMarshal.AsSpan(names))
        {
            for (var i = 0; i < readers.Count; i++)
                states[i] = new() { Reader = (nint)(start + starts[i]), CurrentState = Dword(readers[i].CurrentState) };
            var code = Code(_functions.GetStatusChange(context, Dword(timeoutMilliseconds), states, Dword((uint)readers.Count)));
            for (var i = 0; i < readers.Count && code == PcscCode.Success; i++)
            {
                readers[i].EventState = Value(states[i].EventState);
                readers[i].Atr = AtrOf(ref states[i]);
            }

            return code;
        }
    }

    /// <inheritdoc/>
    public PcscCode Connect(nint context, string reader, ShareMode mode, CardProtocols preferred, out nint card, out CardProtocols active)
    {
        nint handle;
        CULong protocol;
        fixed (byte* name = _strings.Terminated(reader))
        {
            var code = Code(_functions.Connect(context, name, Dword((uint)mode), Dword(ToNative(preferred)), &handle, &protocol));
            (card, active) = code == PcscCode.Success ? (handle, FromNative(Value(protocol))) : (0, CardProtocols.None);
            return code;
        }
    }

    /// <inheritdoc/>
    public PcscCode Reconnect(nint card, ShareMode mode, CardProtocols preferred, CardDisposition initialization, out CardProtocols active)
    {
        CULong protocol;
        var code = Code(_functions.Reconnect(
            card, Dword((uint)mode), Dword(ToNative(preferred)), Dword((uint)initialization), &protocol));
        active = code == PcscCode.Success ? FromNative(Value(protocol)) : CardProtocols.None;
        return code;
    }

    /// <inheritdoc/>
    public PcscCode Disconnect(nint card, CardDisposition disposition) => Code(_functions.Disconnect(card, Dword((uint)disposition)));

    /// <inheritdoc/>
    public PcscCode BeginTransaction(nint card) => Code(_functions.BeginTransaction(card));

    /// <inheritdoc/>
    public PcscCode EndTransaction(nint card, CardDisposition disposition) =>
        Code(_functions.EndTransaction(card, Dword((uint)disposition)));

    /// <inheritdoc/>
    public PcscCode Status(nint card, out byte[] atr)
    {
        AtrBuffer buffer = default;
        CULong nameLength = default, state, protocol;
        var length = Dword(AtrBuffer.Length);
        var code = Code(_functions.Status(card, null, &nameLength, &state, &protocol, (byte*)&buffer, &length));
        atr = code == PcscCode.Success ? Bytes(ref buffer, Value(length)) : [];
        return code;
    }

    /// <inheritdoc/>
    public PcscCode Transmit(nint card, CardProtocols protocol, ReadOnlySpan<byte> command, Span<byte> response, out int length)
    {
        // Our own SCARD_IO_REQUEST in place of the exported g_rgSCardT0Pci and others, which say the same.
        var request = new NativeIoRequest<CULong>
        {
            Protocol = Dword(ToNative(protocol)),
            Length = Dword((uint)sizeof(NativeIoRequest<CULong>)),
        };
        var received = Dword((uint)response.Length);
        fixed (byte* send = command, receive = response)
        {
            var code = Code(_functions.Transmit(card, &request, send, Dword((uint)command.Length), null, receive, &received));
            length = code == PcscCode.Success ? (int)Value(received) : 0;
            return code;
        }
    }

    static byte[] AtrOf(ref NativeReaderState<CULong> state) => Bytes(ref state.Atr, Value(state.AtrLength));

    static byte[] Bytes(ref AtrBuffer buffer, uint length) => [.. ((ReadOnlySpan<byte>)buffer)[..(int)Math.Min(length, AtrBuffer.Length)]];

    static uint ToNative(CardProtocols protocols) => OperatingSystem.IsWindows() && protocols.HasFlag(CardProtocols.Raw)
        ? (uint)(protocols & ~CardProtocols.Raw) | RawOnWindows
        : (uint)protocols;

    static CardProtocols FromNative(uint protocols) => (protocols & RawOnWindows) != 0
        ? (CardProtocols)(protocols & ~RawOnWindows) | CardProtocols.Raw
        : (CardProtocols)protocols;

    static CULong Dword(uint value) => new(value);

    // A LONG has 8 bytes on 64-bit Linux, with the sign or without.
    internal static PcscCode Code(CULong result) => (PcscCode)Value(result);

    static uint Value(CULong value) => unchecked((uint)value.Value);
}
