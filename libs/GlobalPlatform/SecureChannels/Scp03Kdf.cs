using System.Buffers.Binary;
using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>The data derivation scheme of SCP03: NIST SP 800-108 in counter mode with AES-CMAC (GPC Amendment D 1.1.1 §4.1.5).</summary>
static class Scp03Kdf
{
    internal const byte CardCryptogram = 0x00;
    internal const byte HostCryptogram = 0x01;
    internal const byte CardChallenge = 0x02;
    internal const byte SEnc = 0x04;
    internal const byte SMac = 0x06;
    internal const byte SRMac = 0x07;

    /// <summary>Derives a session key, as long as its parent, inside the security module.</summary>
    /// <param name="parent">The static key.</param>
    /// <param name="constant">The derivation constant (table 4-1).</param>
    /// <param name="context">Host challenge ‖ card challenge: a multiple of 16 bytes.</param>
    internal static ISecretKey DeriveKey(ISecretKey parent, byte constant, ReadOnlySpan<byte> context) =>
        DeriveKey(parent, constant, context, parent.Length);

    internal static ISecretKey DeriveKey(ISecretKey parent, byte constant, ReadOnlySpan<byte> context, int length)
    {
        Span<byte> heads = stackalloc byte[(length + 15) / 16 * 16];
        for (var i = 0; i < heads.Length; i += 16)
            WriteHead(heads.Slice(i, 16), constant, length, (i / 16) + 1);
        return CmacDerivation.DeriveKey(parent, heads, context, length);
    }

    /// <summary>Derives a challenge or cryptogram, which is no key.</summary>
    /// <param name="key">S-MAC for cryptograms, Key-ENC for the card challenge.</param>
    /// <param name="constant">The derivation constant (table 4-1).</param>
    /// <param name="context">Any length.</param>
    /// <param name="length">8, or 16 in S16 mode.</param>
    internal static byte[] DeriveData(ISecretKey key, byte constant, ReadOnlySpan<byte> context, int length)
    {
        var message = new byte[16 + context.Length];
        WriteHead(message, constant, length, 1);
        context.CopyTo(message.AsSpan(16));
        var mac = new byte[16];
        key.Cmac(message, mac);
        return mac[..length];
    }

    // Label (11 zero bytes, the constant), separator 00, length in bits, counter.
    static void WriteHead(Span<byte> block, byte constant, int length, int counter)
    {
        block[..16].Clear();
        block[11] = constant;
        BinaryPrimitives.WriteUInt16BigEndian(block[13..], (ushort)(length * 8));
        block[15] = (byte)counter;
    }
}
