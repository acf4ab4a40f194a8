using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PersoMesh.Pkcs11.Native;

/// <summary>
/// How a Cryptoki library lays out its structures: CK_ULONG is the C compiler's <c>unsigned long</c> (8 bytes on 64-bit
/// Linux, 4 on Windows), and the Windows headers pack to 1 where the others align naturally (PKCS#11 v2.40 §2.1).
/// </summary>
/// <remarks>
/// CK_MECHANISM, CK_ATTRIBUTE and the parameter structures consist of pointers and CK_ULONGs only, so one declaration
/// with <see cref="CULong"/> and Pack = 1 is right for both (see <see cref="CkAttribute"/>). This type is for the
/// structures that mix in bytes.
/// </remarks>
readonly record struct Abi(int UlongSize, bool IsPacked)
{
    public static Abi Current { get; } = new(Marshal.SizeOf<CULong>(), OperatingSystem.IsWindows());

    /// <summary>Where the first function pointer of CK_FUNCTION_LIST lies, after the two bytes of CK_VERSION.</summary>
    public int FunctionTableOffset => IsPacked ? 2 : IntPtr.Size;

    public int Align(int offset) => IsPacked ? offset : (offset + UlongSize - 1) / UlongSize * UlongSize;
}

/// <summary>Reads the fields of an information structure one after the other.</summary>
ref struct StructureReader(ReadOnlySpan<byte> bytes, Abi abi)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;
    int _at;

    /// <summary>A text of fixed length, padded with blanks; SoftHSM and others are known to leave zeros too.</summary>
    public string ReadText(int length)
    {
        var text = Encoding.UTF8.GetString(_bytes.Slice(_at, length));
        _at += length;
        return text.TrimEnd(' ', '\0');
    }

    public ulong ReadUlong()
    {
        _at = abi.Align(_at);
        var field = _bytes.Slice(_at, abi.UlongSize);
        _at += abi.UlongSize;
        return abi.UlongSize == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(field) : BinaryPrimitives.ReadUInt32LittleEndian(field);
    }

    public string ReadVersion()
    {
        var version = $"{_bytes[_at]}.{_bytes[_at + 1]}";
        _at += 2;
        return version;
    }
}
