using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using PersoMesh.Pkcs11.Native;

namespace PersoMesh.Pkcs11.Tests;

/// <summary>The layouts of PKCS#11 on 64-bit Linux (natural alignment, CK_ULONG of 8 bytes) and Windows (packed, 4 bytes).</summary>
public sealed class NativeLayoutTests
{
    [Fact]
    public void Structures_have_the_sizes_of_the_C_headers_on_this_system()
    {
        // As gcc 12 on x86-64 says of p11-kit's pkcs11.h; the same with #pragma pack(1).
        Assert.Equal(24, Unsafe.SizeOf<CkAttribute>());
        Assert.Equal(24, Unsafe.SizeOf<CkMechanism>());
        Assert.Equal(48, Unsafe.SizeOf<CkInitializeArgs>());
        Assert.Equal(16, Unsafe.SizeOf<CkKeyDerivationStringData>());
        Assert.Equal(24, Unsafe.SizeOf<CkDesCbcEncryptData>());
        Assert.Equal(32, Unsafe.SizeOf<CkAesCbcEncryptData>());
        Assert.Equal(32, Unsafe.SizeOf<CkSessionInfo>());
    }

    [Theory]
    [InlineData(8, false, 8)]
    [InlineData(4, true, 2)]
    public void Token_information_is_read_in_both_layouts(int ulongSize, bool packed, int functionTableOffset)
    {
        var abi = new Abi(ulongSize, packed);
        Assert.Equal(functionTableOffset, abi.FunctionTableOffset);
        var structure = new List<byte>();
        structure.AddRange(Encoding.ASCII.GetBytes("bureau".PadRight(32)));
        structure.AddRange(Encoding.ASCII.GetBytes("Manufacturer".PadRight(32)));
        structure.AddRange(Encoding.ASCII.GetBytes("Model".PadRight(16)));
        structure.AddRange(Encoding.ASCII.GetBytes("0123456789ABCDEF"));
        Ulong(0x40D);
        for (var i = 0; i < 10; i++)
            Ulong(ulong.MaxValue >> (64 - (8 * ulongSize)));
        structure.AddRange([9, 8, 2, 61]);
        structure.AddRange(Encoding.ASCII.GetBytes("2026010203040500"));
        var token = TokenInfo.Parse(7, structure.ToArray(), abi);
        Assert.Equal(new TokenInfo(7, "bureau", "Manufacturer", "Model", "0123456789ABCDEF", true, "2.61"), token);

        void Ulong(ulong value)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            structure.AddRange(bytes.AsSpan(0, ulongSize));
        }
    }

    [Fact]
    public void Fields_of_a_structure_are_aligned_only_where_the_system_aligns()
    {
        byte[] structure = [2, 40, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        var natural = new StructureReader(structure, new Abi(8, IsPacked: false));
        Assert.Equal("2.40", natural.ReadVersion());
        Assert.Equal(1ul, natural.ReadUlong());
        var packed = new StructureReader([2, 40, 1, 0, 0, 0], new Abi(4, IsPacked: true));
        Assert.Equal("2.40", packed.ReadVersion());
        Assert.Equal(1ul, packed.ReadUlong());
    }
}
