using System.Security.Cryptography;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// The bytes of a file of the pool (docs/issuer-preparation.md): which key pairs, then each of them enciphered and with a MAC, under keys
/// that the security module derives from the pool's key and the file's identifier.
/// </summary>
/// <remarks>
/// <code>
/// head  = "PKEY" 0D 0A 1A 0A | version 2 (0001) | identifier 16 | bits 2 | exponent 4
/// entry = IV 16 | AES-CBC of n, p, q, dp, dq, 1/q, 80 00 … | MAC 16 over head, place, IV and cipher
/// </code>
/// All entries of a file are of one length. The private exponent is not kept: cards calculate by the Chinese remainder theorem.
/// </remarks>
static class KeyPairSegment
{
    public const int IdLength = PreparedHeader.FileIdLength;
    public const int HeadLength = MarkerLength + 2 + IdLength + 2 + 4;

    const int MarkerLength = 8;
    const int LayoutVersion = 1;
    const int Block = 16;

    static ReadOnlySpan<byte> Marker => "PKEY\r\n\x1A\n"u8;

    public static byte[] Head(ReadOnlySpan<byte> id, KeyPairSize size)
    {
        var writer = new FieldWriter();
        writer.Bytes(Marker);
        writer.UInt16(LayoutVersion);
        writer.Bytes(id);
        writer.UInt16(size.Bits);
        writer.Int32(size.Exponent);
        return writer.ToArray();
    }

    public static int EntryLength(KeyPairSize size) => Block + ((PlainLength(size) / Block) + 1) * Block + PreparedApplication.MacLength;

    /// <summary>Enciphers a key pair for a place of the file.</summary>
    public static byte[] Seal(TransportKeys keys, ReadOnlySpan<byte> head, int place, RSAParameters pair)
    {
        var size = pair.Modulus!.Length;
        var plain = GC.AllocateArray<byte>(size + 5 * (size / 2), pinned: true);
        Put(plain.AsSpan(0, size), pair.Modulus);
        var at = size;
        foreach (var number in new[] { pair.P!, pair.Q!, pair.DP!, pair.DQ!, pair.InverseQ! })
        {
            Put(plain.AsSpan(at, size / 2), number);
            at += size / 2;
        }

        var cipher = keys.Encipher(plain);
        CryptographicOperations.ZeroMemory(plain);
        return [.. cipher, .. keys.KeyPairMac(place, [.. head, .. cipher])];
    }

    /// <summary>Opens an entry.</summary>
    /// <returns>The key pair, or null when the entry is not what was sealed for this place of this file.</returns>
    public static RSAParameters? Open(TransportKeys keys, ReadOnlySpan<byte> head, int place, KeyPairSize size, ReadOnlySpan<byte> entry)
    {
        var cipher = entry[..^PreparedApplication.MacLength];
        if (!CryptographicOperations.FixedTimeEquals(keys.KeyPairMac(place, [.. head, .. cipher]), entry[cipher.Length..])
            || keys.Decipher(cipher, PlainLength(size)) is not { } plain)
            return null;
        var (length, half) = (size.Bits / 8, size.Bits / 16);
        var pair = new RSAParameters
        {
            Modulus = plain[..length],
            Exponent = size.Exponent == 3 ? [3] : [1, 0, 1],
            P = Number(0),
            Q = Number(1),
            DP = Number(2),
            DQ = Number(3),
            InverseQ = Number(4),
        };
        CryptographicOperations.ZeroMemory(plain);
        return pair;

        byte[] Number(int index) => plain[(length + index * half)..(length + (index + 1) * half)];
    }

    static int PlainLength(KeyPairSize size) => size.Bits / 8 + 5 * (size.Bits / 16);

    static void Put(Span<byte> place, ReadOnlySpan<byte> number)
    {
        number = number.TrimStart((byte)0);
        number.CopyTo(place[^number.Length..]);
    }
}
