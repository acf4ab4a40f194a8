using System.Security.Cryptography;
using System.Text;
using PersoMesh.Sealing;

namespace PersoMesh.DataKeys;

/// <summary>
/// A job's data key: AES-256-GCM for what a service stores of the job's cards. Whoever has the database alone, or a copy of it, opens
/// nothing; once the wrapped key is destroyed nobody does.
/// </summary>
/// <remarks>
/// Thread-safe. Layout: version (1 byte, 02) ‖ nonce (12) ‖ tag (16) ‖ ciphertext. Associated data are purpose, subject (the card object
/// identifier) and the stored object's version, each ended by a zero byte: a row's bytes open in no other row.
/// </remarks>
public sealed class DataKey : IDisposable
{
    /// <summary>Length of a data key in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes that sealing adds.</summary>
    public const int Overhead = 1 + NonceLength + TagLength;

    const byte LayoutVersion = 2;
    const int NonceLength = 12;
    const int TagLength = 16;

    readonly Lock _gate = new();
    readonly byte[] _key;
    bool _isDisposed;

    /// <summary>Creates a key.</summary>
    /// <param name="key">32 random bytes; copied.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public DataKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
            throw new ArgumentException($"A data key has {KeyLength} bytes, this one has {key.Length}.", nameof(key));
        _key = GC.AllocateUninitializedArray<byte>(KeyLength, pinned: true);
        key.CopyTo(_key);
    }

    /// <summary>Encrypts.</summary>
    /// <param name="purpose">What it is: <c>script</c>, <c>modules</c>, <c>card-object</c>.</param>
    /// <param name="subject">Whose: a card object identifier.</param>
    /// <param name="version">Which version of it, from 1.</param>
    /// <param name="plaintext">Stays the caller's.</param>
    /// <returns>A new buffer, <see cref="Overhead"/> bytes longer.</returns>
    public byte[] Seal(string purpose, string subject, int version, ReadOnlySpan<byte> plaintext)
    {
        var output = new byte[Overhead + plaintext.Length];
        output[0] = LayoutVersion;
        var nonce = output.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = Cipher();
        cipher.Encrypt(nonce, plaintext, output.AsSpan(Overhead), output.AsSpan(1 + NonceLength, TagLength), AssociatedData(purpose, subject, version));
        return output;
    }

    /// <summary>Decrypts what <see cref="Seal"/> returned.</summary>
    /// <returns>A new buffer.</returns>
    /// <exception cref="SealBrokenException">Another key, purpose, subject or version, or changed bytes.</exception>
    public byte[] Open(string purpose, string subject, int version, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Overhead || payload[0] != LayoutVersion)
            throw new SealBrokenException(purpose, subject, "it is not stored under a data key");
        var plaintext = new byte[payload.Length - Overhead];
        try
        {
            using var cipher = Cipher();
            cipher.Decrypt(payload.Slice(1, NonceLength), payload[Overhead..], payload.Slice(1 + NonceLength, TagLength), plaintext,
                AssociatedData(purpose, subject, version));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBrokenException(purpose, subject, "it was changed in the database, or stored for another card object, version or job");
        }

        return plaintext;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            CryptographicOperations.ZeroMemory(_key);
            _isDisposed = true;
        }
    }

    // A key that is zeroed while another thread takes it would seal under zeros.
    AesGcm Cipher()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return new AesGcm(_key, TagLength);
        }
    }

    static byte[] AssociatedData(string purpose, string subject, int version) => Encoding.UTF8.GetBytes($"{purpose}\0{subject}\0{version}\0");
}
