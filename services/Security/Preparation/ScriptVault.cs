using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.Sealing;

namespace PersoMesh.Security.Preparation;

/// <summary>
/// Seals scripts for their way through the mesh, and what is secret in them, and channel states, under keys that never leave the HSM:
/// AES-CBC, then AES-CMAC over purpose, subject, IV and ciphertext.
/// </summary>
sealed class ScriptVault(PayloadSealer sealer)
{
    /// <summary>Label of the AES key that encrypts what waits outside the HSM.</summary>
    public const string EncryptionKeyLabel = "PERSOMESH-STORAGE-ENC";

    /// <summary>Label of the AES key that authenticates it.</summary>
    public const string MacKeyLabel = "PERSOMESH-STORAGE-MAC";

    const int BlockLength = 16;

    public PersonalizationScript OpenScript(string cardObjectId, byte[] payload)
    {
        var json = sealer.Open("script", cardObjectId, payload);
        var script = JsonSerializer.Deserialize(json, ContractsJson.Default.PersonalizationScript)!;
        CryptographicOperations.ZeroMemory(json);
        return script;
    }

    public byte[] SealScript(string cardObjectId, PersonalizationScript script)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(script, ContractsJson.Default.PersonalizationScript);
        var payload = sealer.Seal("script", cardObjectId, json);
        CryptographicOperations.ZeroMemory(json);
        return payload;
    }

    /// <summary>Seals a card's secret values under the HSM's keys and zeroes them.</summary>
    public static byte[] SealSecrets(ISecuritySession session, string cardObjectId, IReadOnlyList<byte[]> values)
    {
        var plain = new byte[values.Sum(value => 2 + value.Length)];
        var at = 0;
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(at), (ushort)value.Length);
            value.CopyTo(plain, at + 2);
            at += 2 + value.Length;
            CryptographicOperations.ZeroMemory(value);
        }

        var payload = Seal(session, "secrets", cardObjectId, plain);
        CryptographicOperations.ZeroMemory(plain);
        return payload;
    }

    /// <summary>Opens a card's secret values; the caller zeroes them.</summary>
    public static byte[][] OpenSecrets(ISecuritySession session, string cardObjectId, byte[] payload)
    {
        var plain = Open(session, "secrets", cardObjectId, payload);
        List<byte[]> values = [];
        for (var at = 0; at < plain.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(plain.AsSpan(at));
            values.Add(plain[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }

        CryptographicOperations.ZeroMemory(plain);
        return [.. values];
    }

    /// <summary>Encrypts and authenticates under the HSM's keys.</summary>
    public static byte[] Seal(ISecuritySession session, string purpose, string subject, ReadOnlySpan<byte> plain)
    {
        // ISO/IEC 9797-1 padding method 2: the length is not stored.
        var cipherLength = (plain.Length / BlockLength + 1) * BlockLength;
        var payload = new byte[BlockLength + cipherLength + BlockLength];
        var iv = payload.AsSpan(0, BlockLength);
        var cipher = payload.AsSpan(BlockLength, cipherLength);
        session.GenerateRandom(iv);
        plain.CopyTo(cipher);
        cipher[plain.Length] = 0x80;
        using (var key = session.GetKey(EncryptionKeyLabel))
            key.EncryptCbc(iv, cipher, cipher);
        ComputeMac(session, purpose, subject, payload.AsSpan(0, BlockLength + cipherLength), payload.AsSpan(BlockLength + cipherLength));
        return payload;
    }

    /// <summary>Opens what <see cref="Seal"/> made; the caller zeroes the result.</summary>
    /// <exception cref="SealBrokenException">Changed, or sealed for another purpose or subject, or under other keys.</exception>
    public static byte[] Open(ISecuritySession session, string purpose, string subject, byte[] payload)
    {
        if (payload.Length < 3 * BlockLength || payload.Length % BlockLength != 0)
            throw new SealBrokenException(purpose, subject, "it is cut");
        Span<byte> mac = stackalloc byte[BlockLength];
        ComputeMac(session, purpose, subject, payload.AsSpan(0, payload.Length - BlockLength), mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, payload.AsSpan(payload.Length - BlockLength)))
            throw new SealBrokenException(purpose, subject, "changed on its way, or sealed under the keys of another HSM");
        var plain = new byte[payload.Length - 2 * BlockLength];
        using (var key = session.GetKey(EncryptionKeyLabel))
            key.DecryptCbc(payload.AsSpan(0, BlockLength), payload.AsSpan(BlockLength, plain.Length), plain);
        var result = plain[..plain.AsSpan().LastIndexOf((byte)0x80)];
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    static void ComputeMac(ISecuritySession session, string purpose, string subject, ReadOnlySpan<byte> payload, Span<byte> mac)
    {
        using var key = session.GetKey(MacKeyLabel);
        key.Cmac([.. Encoding.UTF8.GetBytes($"{purpose}\0{subject}\0"), .. payload], mac);
    }
}
