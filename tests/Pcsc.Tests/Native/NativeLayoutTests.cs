using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PersoMesh.Pcsc.Native;
using PersoMesh.Pcsc.Tests.Support;

namespace PersoMesh.Pcsc.Tests.Native;

/// <summary>Structures and values of pcsc-lite as gcc sees its headers, and of WinSCard as STANDARDS.md §9 has them.</summary>
public sealed class NativeLayoutTests
{
    const string HeaderPackages = "gcc libc6-dev libpcsclite-dev";

    [Fact]
    public async Task Structures_lie_in_memory_as_the_headers_of_this_system_say()
    {
        var judged = await AskGcc(
            "sizeof(DWORD)", "sizeof(LONG)", "sizeof(SCARDCONTEXT)", "sizeof(SCARDHANDLE)",
            "sizeof(SCARD_IO_REQUEST)", "offsetof(SCARD_IO_REQUEST, cbPciLength)",
            "sizeof(SCARD_READERSTATE)", "offsetof(SCARD_READERSTATE, szReader)", "offsetof(SCARD_READERSTATE, pvUserData)",
            "offsetof(SCARD_READERSTATE, dwCurrentState)", "offsetof(SCARD_READERSTATE, dwEventState)",
            "offsetof(SCARD_READERSTATE, cbAtr)", "offsetof(SCARD_READERSTATE, rgbAtr)");
        var dword = Unsafe.SizeOf<CULong>();
        long[] ours = [dword, dword, nint.Size, nint.Size, .. IoRequest<CULong>(), .. ReaderState<CULong>()];
        Assert.Equal(judged, ours);
    }

    [Fact]
    public void Structures_lie_in_memory_as_64_bit_Linux_and_Windows_have_them()
    {
        // STANDARDS.md §9: 80 and 64 bytes, DWORD of 8 and 4; winscard.h of Windows aligns naturally.
        Assert.Equal([80, 0, 8, 16, 24, 32, 40], ReaderState<ulong>());
        Assert.Equal([64, 0, 8, 16, 20, 24, 28], ReaderState<uint>());
        Assert.Equal([16, 8], IoRequest<ulong>());
        Assert.Equal([8, 4], IoRequest<uint>());
    }

    [Fact]
    public async Task Codes_have_the_values_and_names_of_the_header()
    {
        var codes = Enum.GetValues<PcscCode>().Except([PcscCode.UnsupportedFeatureOnWindows]).ToArray();
        var judged = await AskGcc([.. codes.Select(code => $"(unsigned int){PcscCodeText.Name(code)}")]);
        Assert.Equal(judged, codes.Select(code => (long)code));
    }

    [Fact]
    public async Task Flags_have_the_values_of_the_header()
    {
        var judged = await AskGcc(
            "SCARD_STATE_UNAWARE", "SCARD_STATE_IGNORE", "SCARD_STATE_CHANGED", "SCARD_STATE_UNKNOWN", "SCARD_STATE_UNAVAILABLE",
            "SCARD_STATE_EMPTY", "SCARD_STATE_PRESENT", "SCARD_STATE_ATRMATCH", "SCARD_STATE_EXCLUSIVE", "SCARD_STATE_INUSE",
            "SCARD_STATE_MUTE", "SCARD_STATE_UNPOWERED");
        Assert.Equal(judged, Enum.GetValues<ReaderStates>().Select(state => (long)state));
        long[] ours =
            [(long)CardProtocols.T0, (long)CardProtocols.T1, (long)CardProtocols.Raw, (long)ShareMode.Exclusive, (long)ShareMode.Shared];
        Assert.Equal(
            await AskGcc("SCARD_PROTOCOL_T0", "SCARD_PROTOCOL_T1", "SCARD_PROTOCOL_RAW", "SCARD_SHARE_EXCLUSIVE", "SCARD_SHARE_SHARED"),
            ours);
        Assert.Equal(
            await AskGcc("SCARD_LEAVE_CARD", "SCARD_RESET_CARD", "SCARD_UNPOWER_CARD", "SCARD_EJECT_CARD"),
            Enum.GetValues<CardDisposition>().Select(disposition => (long)disposition));
    }

    [Theory]
    [InlineData(0x0000000080100069)]
    [InlineData(0xFFFFFFFF80100069)]
    public void A_code_is_known_with_and_without_its_sign(ulong result) =>
        Assert.Equal(PcscCode.RemovedCard, NativePcsc.Code(new CULong(unchecked((nuint)result))));

    static unsafe long[] ReaderState<TDword>()
        where TDword : unmanaged
    {
        NativeReaderState<TDword> state = default;
        var start = (byte*)&state;
        return
        [
            sizeof(NativeReaderState<TDword>),
            (byte*)&state.Reader - start, (byte*)&state.UserData - start,
            (byte*)&state.CurrentState - start, (byte*)&state.EventState - start,
            (byte*)&state.AtrLength - start, (byte*)&state.Atr - start,
        ];
    }

    static unsafe long[] IoRequest<TDword>()
        where TDword : unmanaged
    {
        NativeIoRequest<TDword> request = default;
        return [sizeof(NativeIoRequest<TDword>), (byte*)&request.Length - (byte*)&request];
    }

    static async Task<long[]> AskGcc(params string[] expressions)
    {
        var folder = Directory.CreateTempSubdirectory("pm-gcc-").FullName;
        try
        {
            var (source, program) = (Path.Combine(folder, "ask.c"), Path.Combine(folder, "ask"));
            var prints = string.Concat(expressions.Select(expression => $"printf(\"%lld\\n\", (long long)({expression}));\n"));
            await File.WriteAllTextAsync(
                source, $"#include <stddef.h>\n#include <stdio.h>\n#include <PCSC/winscard.h>\nint main(void) {{\n{prints}return 0;\n}}\n");
            var none = new Dictionary<string, string?>(StringComparer.Ordinal);
            await OtherProgram.RunAsync(HeaderPackages, none, "gcc", "-I/usr/include/PCSC", "-o", program, source);
            var output = await OtherProgram.RunAsync(HeaderPackages, none, program);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return [.. lines.Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
