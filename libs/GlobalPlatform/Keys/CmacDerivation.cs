using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// Derives AES keys whose value is CMAC output without the value leaving the security module, which has no derivation by CMAC:
/// for a message of whole blocks, CMAC is one AES encryption of (chaining value XOR last block XOR subkey K1), and that encryption
/// can be a CKM_AES_ECB_ENCRYPT_DATA derivation. The chaining values and K1 are seen by this process; they are no key.
/// </summary>
static class CmacDerivation
{
    const int Block = 16;

    /// <summary>The key whose value is CMAC(head1‖tail) ‖ CMAC(head2‖tail), cut to <paramref name="length"/> bytes.</summary>
    /// <param name="key">An AES key.</param>
    /// <param name="heads">First block of each message, one or two blocks.</param>
    /// <param name="tail">The other blocks, common to the messages; may be empty.</param>
    /// <param name="length">16, 24 or 32.</param>
    internal static ISecretKey DeriveKey(ISecretKey key, ReadOnlySpan<byte> heads, ReadOnlySpan<byte> tail, int length)
    {
        Span<byte> blocks = stackalloc byte[Block + heads.Length];
        blocks[..Block].Clear();
        var subkey = blocks[..Block];
        var states = blocks[Block..];
        heads.CopyTo(states);
        try
        {
            // One call to the module for E(K, 0), from which K1 comes, and for the first block of each message.
            var first = tail.IsEmpty ? subkey : blocks;
            key.EncryptEcb(first, first);
            CmacSubkeys.DoubleInField(subkey);
            for (var at = 0; at < tail.Length; at += Block)
            {
                XorToEach(states, tail.Slice(at, Block));
                if (at + Block < tail.Length)
                    key.EncryptEcb(states, states);
            }

            XorToEach(states, subkey);
            return key.DeriveEcb(states, KeyAlgorithm.Aes, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
        }
    }

    static void XorToEach(Span<byte> states, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < states.Length; i++)
            states[i] ^= block[i % Block];
    }
}
