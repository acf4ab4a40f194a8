using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.Keys;

/// <summary>
/// Key blocks of version D (ANSI X9.143, formerly TR-31:2018 §5.3.2): a key with what it is for, under an AES key block protection key.
/// </summary>
/// <remarks>
/// <code>
/// block   = header 16 | optional blocks | hex(AES-CBC(KBEK, IV = MAC, payload)) | hex(MAC)
/// payload = length of the key in bits 2 | key | random up to whole blocks of 16
/// MAC     = AES-CMAC(KBAK, header | optional blocks | payload)
/// KBEK    = AES-CMAC(KBPK, 01 0000 00 algorithm 2 bits 2) | the same with 02, …; KBAK the same with 0001
/// </code>
/// The key and both derived keys pass through this process's memory: PKCS#11 v2.40 has no mechanism for key blocks.
/// </remarks>
public static class KeyBlock
{
    const int HeaderLength = 16;
    const int Block = 16;
    const char VersionD = 'D';

    enum Purpose : ushort
    {
        Encryption = 0,
        Authentication = 1,
    }

    /// <summary>Whether a text looks like a key block of version D.</summary>
    public static bool IsKeyBlock(string text) =>
        text is { Length: >= HeaderLength } && text[0] == VersionD && int.TryParse(text.AsSpan(1, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
        && length == text.Length;

    /// <summary>Wraps a key.</summary>
    /// <param name="protection">The AES key block protection key; enciphers single blocks only.</param>
    /// <param name="header">What the block says of the key.</param>
    /// <param name="key">8 to 32 bytes.</param>
    /// <returns>The block, ASCII.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static string Wrap(ISecretKey protection, KeyBlockHeader header, ReadOnlySpan<byte> key)
    {
        Span<byte> padding = stackalloc byte[Block - (key.Length + 2) % Block];
        RandomNumberGenerator.Fill(padding);
        return Wrap(protection, header, key, padding[..(padding.Length % Block)]);
    }

    /// <summary>Unwraps a key.</summary>
    /// <param name="protection">The AES key block protection key.</param>
    /// <param name="block">The block; optional blocks are read over, but authenticated.</param>
    /// <returns>What the block says, and the key, which the caller zeroes. Null when it was wrapped under another key, or changed.</returns>
    /// <exception cref="FormatException">It is no key block of version D.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static (KeyBlockHeader Header, byte[] Key)? Unwrap(ISecretKey protection, string block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (!IsKeyBlock(block))
            throw new FormatException("it is no key block of version D, or not of the length that it says");
        var header = block[..CoveredLength(block)];
        var rest = Convert.FromHexString(block.AsSpan(header.Length));
        if (rest.Length < 2 * Block || rest.Length % Block != 0)
            throw new FormatException("what follows the header is too short, or no whole blocks");
        var cipher = rest.AsSpan(0, rest.Length - Block);
        var mac = rest.AsSpan(cipher.Length);
        var payload = GC.AllocateUninitializedArray<byte>(cipher.Length, pinned: true);
        try
        {
            using (var encryption = Derive(protection, Purpose.Encryption))
                encryption.DecryptCbc(mac, cipher, payload);
            if (!CryptographicOperations.FixedTimeEquals(mac, Mac(protection, header, payload)))
                return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(payload) / 8;
            return length <= payload.Length - 2
                ? (new KeyBlockHeader(header[5..7], header[7], header[8], header[9..11], header[11]), payload[2..(2 + length)])
                : throw new FormatException("the key is longer than the block");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }
    }

    /// <summary>Wraps a key with padding that is known, for published examples.</summary>
    internal static string Wrap(ISecretKey protection, KeyBlockHeader header, ReadOnlySpan<byte> key, ReadOnlySpan<byte> padding)
    {
        ArgumentNullException.ThrowIfNull(protection);
        ArgumentNullException.ThrowIfNull(header);
        var payload = GC.AllocateUninitializedArray<byte>(2 + key.Length + padding.Length, pinned: true);
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)(key.Length * 8));
        key.CopyTo(payload.AsSpan(2));
        padding.CopyTo(payload.AsSpan(2 + key.Length));
        var total = HeaderLength + 2 * (payload.Length + Block);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{VersionD}{total:0000}{header.Usage}{header.Algorithm}{header.Mode}{header.Version}{header.Exportability}0000");
        var mac = Mac(protection, text, payload);
        var cipher = new byte[payload.Length];
        using (var encryption = Derive(protection, Purpose.Encryption))
            encryption.EncryptCbc(mac, payload, cipher);
        CryptographicOperations.ZeroMemory(payload);
        return text + Convert.ToHexString(cipher) + Convert.ToHexString(mac);
    }

    // Header and optional blocks: number of them in characters 12 and 13, each with its length in two hexadecimal digits after its name.
    static int CoveredLength(string block)
    {
        var at = HeaderLength;
        if (!int.TryParse(block.AsSpan(12, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw new FormatException("the number of optional blocks is none");
        for (; count > 0; count--)
        {
            if (at + 4 > block.Length || !int.TryParse(block.AsSpan(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
                || length < 4 || at + length > block.Length)
                throw new FormatException("an optional block has no length, or goes beyond the end");
            at += length;
        }

        return at;
    }

    static byte[] Mac(ISecretKey protection, string header, ReadOnlySpan<byte> payload)
    {
        var message = GC.AllocateUninitializedArray<byte>(header.Length + payload.Length, pinned: true);
        Encoding.ASCII.GetBytes(header, message);
        payload.CopyTo(message.AsSpan(header.Length));
        var mac = new byte[Block];
        using (var authentication = Derive(protection, Purpose.Authentication))
            authentication.Cmac(message, mac);
        CryptographicOperations.ZeroMemory(message);
        return mac;
    }

    static SoftwareKey Derive(ISecretKey protection, Purpose purpose)
    {
        var value = GC.AllocateUninitializedArray<byte>((protection.Length + Block - 1) / Block * Block, pinned: true);
        Span<byte> input = stackalloc byte[Block];
        Span<byte> subkey = stackalloc byte[Block];
        // An AES-CMAC of 8 bytes, put together from single blocks: a transport key need not be allowed to make MACs.
        CmacSubkeys.K1(protection, subkey);
        CmacSubkeys.DoubleInField(subkey);
        for (var i = 0; i < value.Length / Block; i++)
        {
            input.Clear();
            input[0] = (byte)(i + 1);
            BinaryPrimitives.WriteUInt16BigEndian(input[1..], (ushort)purpose);
            BinaryPrimitives.WriteUInt16BigEndian(input[4..], AlgorithmOf(protection));
            BinaryPrimitives.WriteUInt16BigEndian(input[6..], (ushort)(protection.Length * 8));
            input[8] = 0x80;
            for (var j = 0; j < Block; j++)
                input[j] ^= subkey[j];
            protection.EncryptEcb(input, value.AsSpan(i * Block, Block));
        }

        CryptographicOperations.ZeroMemory(subkey);
        var key = new SoftwareKey(KeyAlgorithm.Aes, value.AsSpan(0, protection.Length));
        CryptographicOperations.ZeroMemory(value);
        return key;
    }

    static ushort AlgorithmOf(ISecretKey protection) => (protection.Algorithm, protection.Length) switch
    {
        (KeyAlgorithm.Aes, 16) => 2,
        (KeyAlgorithm.Aes, 24) => 3,
        (KeyAlgorithm.Aes, 32) => 4,
        _ => throw new ArgumentException("A key block of version D is under an AES key.", nameof(protection)),
    };
}
