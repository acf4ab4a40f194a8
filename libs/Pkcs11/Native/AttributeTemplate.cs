using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.Pkcs11.Native;

/// <summary>Builds an array of CK_ATTRIBUTE with its values on the caller's stack, so that a template costs no allocation.</summary>
/// <remarks>
/// Both buffers must be stack memory: the attributes hold pointers into <paramref name="values"/>, and the garbage collector
/// does not move the stack. After a template that carried CKA_VALUE call <see cref="Clear"/>.
/// </remarks>
unsafe ref struct AttributeTemplate(Span<CkAttribute> attributes, Span<byte> values)
{
    /// <summary>Room for the largest template of the project (14 attributes).</summary>
    public const int MaxAttributes = 16;

    /// <summary>Room for the values of any template without a label or a key value.</summary>
    public const int SmallValues = MaxAttributes * 8;

    readonly Span<CkAttribute> _attributes = attributes;
    readonly Span<byte> _values = values;
    int _used;

    public int Count { get; private set; }

    public readonly CkAttribute* Pointer => (CkAttribute*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_attributes));

    public void Add(nuint type, bool value) => Reserve(type, 1)[0] = value ? (byte)1 : (byte)0;

    public void Add(nuint type, nuint value)
    {
        var ulongValue = new CULong(value);
        MemoryMarshal.Write(Reserve(type, sizeof(CULong)), in ulongValue);
    }

    public void Add(nuint type, ReadOnlySpan<byte> value) => value.CopyTo(Reserve(type, value.Length));

    public void Add(nuint type, string value) => Encoding.UTF8.GetBytes(value, Reserve(type, Encoding.UTF8.GetByteCount(value)));

    /// <summary>Zeroes the values.</summary>
    public readonly void Clear() => CryptographicOperations.ZeroMemory(_values);

    Span<byte> Reserve(nuint type, int length)
    {
        var value = _values.Slice(_used, length);
        _used += length;
        _attributes[Count++] = new CkAttribute
        {
            Type = new CULong(type),
            Value = Unsafe.AsPointer(ref MemoryMarshal.GetReference(value)),
            Length = new CULong((nuint)length),
        };
        return value;
    }
}
