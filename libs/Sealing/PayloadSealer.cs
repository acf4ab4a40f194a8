using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.Sealing;

/// <summary>
/// Authenticated encryption of what travels between services and may not be read on the broker: AES-256-GCM with a key
/// derived per purpose (HKDF-SHA-256) from one mesh key. Thread-safe.
/// </summary>
/// <remarks>
/// Layout: version (1 byte, 01) ‖ key identifier (4, big-endian) ‖ nonce (12) ‖ tag (16) ‖ ciphertext.
/// Purpose and subject are associated data: a payload opens only as what, and for whom, it was sealed.
/// </remarks>
public sealed class PayloadSealer : IDisposable
{
    /// <summary>Length of the mesh key in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes that sealing adds.</summary>
    public const int Overhead = HeaderLength + NonceLength + TagLength;

    const byte LayoutVersion = 1;
    const int HeaderLength = 5;
    const int NonceLength = 12;
    const int TagLength = 16;

    readonly byte[] _meshKey;
    readonly uint _keyId;
    readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>Creates a sealer.</summary>
    /// <param name="meshKey">32 random bytes, the same in all services of a mesh; copied.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public PayloadSealer(ReadOnlySpan<byte> meshKey)
    {
        if (meshKey.Length != KeyLength)
            throw new ArgumentException($"A mesh key has {KeyLength} bytes, this one has {meshKey.Length}.", nameof(meshKey));
        _meshKey = GC.AllocateUninitializedArray<byte>(KeyLength, pinned: true);
        meshKey.CopyTo(_meshKey);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData([.. "persomesh key id"u8, .. meshKey], hash);
        _keyId = BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    /// <summary>Encrypts a payload.</summary>
    /// <param name="purpose">What the payload is: <c>card-object</c>, <c>script</c> …</param>
    /// <param name="subject">Whose it is, for instance a card object identifier.</param>
    /// <param name="plaintext">The payload; stays the caller's.</param>
    /// <returns>A new buffer, <see cref="Overhead"/> bytes longer.</returns>
    public byte[] Seal(string purpose, string subject, ReadOnlySpan<byte> plaintext)
    {
        var output = new byte[Overhead + plaintext.Length];
        output[0] = LayoutVersion;
        BinaryPrimitives.WriteUInt32BigEndian(output.AsSpan(1), _keyId);
        var nonce = output.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher(purpose);
        cipher.Encrypt(nonce, plaintext, output.AsSpan(Overhead), output.AsSpan(HeaderLength + NonceLength, TagLength),
            AssociatedData(purpose, subject));
        return output;
    }

    /// <summary>Opens a payload.</summary>
    /// <param name="purpose">As it was sealed.</param>
    /// <param name="subject">As it was sealed.</param>
    /// <param name="payload">What <see cref="Seal"/> returned.</param>
    /// <returns>A new buffer with the plaintext; the caller zeroes it when it holds a secret.</returns>
    /// <exception cref="SealBrokenException">Another key, purpose or subject, or changed bytes.</exception>
    public byte[] Open(string purpose, string subject, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Overhead || payload[0] != LayoutVersion)
            throw new SealBrokenException(purpose, subject, "not a sealed payload of version 1");
        if (BinaryPrimitives.ReadUInt32BigEndian(payload[1..]) != _keyId)
            throw new SealBrokenException(purpose, subject, "sealed under another mesh key: all services of a mesh need the same one");
        var plaintext = new byte[payload.Length - Overhead];
        try
        {
            using var cipher = Cipher(purpose);
            cipher.Decrypt(payload.Slice(HeaderLength, NonceLength), payload[Overhead..],
                payload.Slice(HeaderLength + NonceLength, TagLength), plaintext, AssociatedData(purpose, subject));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBrokenException(purpose, subject, "changed on its way, or sealed for another purpose or subject");
        }

        return plaintext;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_meshKey);
        foreach (var (_, key) in _keys)
            CryptographicOperations.ZeroMemory(key);
    }

    // AesGcm is not thread-safe, so each call has its own; only the derived keys are shared.
    AesGcm Cipher(string purpose) => new(_keys.GetOrAdd(purpose, static (name, meshKey) =>
    {
        var key = GC.AllocateUninitializedArray<byte>(KeyLength, pinned: true);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, meshKey, key, salt: [], info: Encoding.UTF8.GetBytes(name));
        return key;
    }, _meshKey), TagLength);

    static byte[] AssociatedData(string purpose, string subject) => Encoding.UTF8.GetBytes($"{purpose}\0{subject}");
}
