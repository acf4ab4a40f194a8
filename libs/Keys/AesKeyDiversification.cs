using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>
/// Derivation of a card's AES-128 key from a master key with AES-CMAC, as NXP application note AN10922 §2.2 defines it: CMAC over
/// 01 ‖ diversifier, always padded to two blocks.
/// </summary>
public static class AesKeyDiversification
{
    /// <summary>Longest diversifier in bytes.</summary>
    public const int MaxDiversifierLength = 31;

    const byte Aes128Constant = 0x01;
    const int BlockLength = 16;

    /// <summary>Computes the card key's value, for a key that must go onto a card.</summary>
    /// <param name="master">An AES-128 master key.</param>
    /// <param name="diversifier">1 to 31 bytes that are the card's own.</param>
    /// <param name="destination">16 bytes; owned by the caller, who zeroes it.</param>
    /// <exception cref="ArgumentException">The diversifier is empty or too long.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void ComputeKeyData(ISecretKey master, ReadOnlySpan<byte> diversifier, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(master);
        if (diversifier.Length is 0 or > MaxDiversifierLength)
            throw new ArgumentException($"A diversifier has 1 to {MaxDiversifierLength} bytes.", nameof(diversifier));
        Span<byte> message = stackalloc byte[2 * BlockLength];
        message.Clear();
        message[0] = Aes128Constant;
        diversifier.CopyTo(message[1..]);
        Span<byte> subkey = stackalloc byte[BlockLength];
        CmacSubkeys.K1(master, subkey);
        if (1 + diversifier.Length < message.Length)
        {
            message[1 + diversifier.Length] = 0x80;
            CmacSubkeys.DoubleInField(subkey);
        }

        for (var i = 0; i < BlockLength; i++)
            message[BlockLength + i] ^= subkey[i];
        Span<byte> zero = stackalloc byte[BlockLength];
        zero.Clear();
        master.EncryptCbc(zero, message, message);
        message[BlockLength..].CopyTo(destination);
        CryptographicOperations.ZeroMemory(message);
        CryptographicOperations.ZeroMemory(subkey);
    }
}
