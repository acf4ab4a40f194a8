using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// The two keys of a prepared file, both derived in the security module from the key encryption key (KEK) and the file's identifier; the
/// KEK itself enciphers nothing, and neither key ever leaves the module.
/// </summary>
/// <remarks>
/// <code>
/// K-ENC = AES-256 key  ECB(KEK, 01 ‖ fileId[1..15]) ‖ ECB(KEK, 02 ‖ fileId[1..15])
/// K-MAC = AES-256 key  ECB(KEK, 03 ‖ fileId[1..15]) ‖ ECB(KEK, 04 ‖ fileId[1..15])
/// </code>
/// Not thread-safe; belongs to the session that it was made in.
/// </remarks>
public sealed class TransportKeys : IDisposable
{
    const int Block = 16;
    const int KeyLength = 32;

    readonly ISecretKey _encryption;
    readonly ISecretKey _mac;
    readonly byte[] _fileId;

    /// <summary>Derives the keys.</summary>
    /// <param name="session">A session with the module that holds the KEK.</param>
    /// <param name="kek">Which KEK.</param>
    /// <param name="fileId">16 bytes.</param>
    /// <exception cref="KeyNotFoundInModuleException">The module has no such KEK: another version, retired, or never imported.</exception>
    /// <exception cref="SecurityModuleException">The key is not an AES key, or the token refused.</exception>
    public TransportKeys(ISecuritySession session, KekReference kek, ReadOnlySpan<byte> fileId)
        : this(session, LabelOf(kek), fileId)
    {
    }

    /// <summary>Derives the keys of a file that stays with its maker.</summary>
    internal TransportKeys(ISecuritySession session, string label, ReadOnlySpan<byte> fileId)
    {
        ArgumentNullException.ThrowIfNull(session);
        _fileId = fileId.Length == PreparedHeader.FileIdLength
            ? fileId.ToArray()
            : throw new ArgumentException($"A file identifier has {PreparedHeader.FileIdLength} bytes.", nameof(fileId));
        using var key = session.GetKey(label);
        if (key.Algorithm != KeyAlgorithm.Aes)
            throw new SecurityModuleException($"The key encryption key '{label}' must be an AES key.");
        _encryption = Derive(key, 1);
        _mac = Derive(key, 3);
    }

    /// <summary>Enciphers a secret: random IV, then AES-CBC with ISO/IEC 9797-1 padding method 2.</summary>
    /// <param name="secret">The clear value; the caller zeroes it.</param>
    /// <returns>16 bytes IV and whole blocks.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public byte[] Encipher(ReadOnlySpan<byte> secret)
    {
        var result = new byte[Block + (secret.Length / Block + 1) * Block];
        RandomNumberGenerator.Fill(result.AsSpan(0, Block));
        var body = result.AsSpan(Block);
        secret.CopyTo(body);
        body[secret.Length] = 0x80;
        _encryption.EncryptCbc(result.AsSpan(0, Block), body, body);
        return result;
    }

    /// <summary>Deciphers a secret, whose MAC was verified before.</summary>
    /// <param name="enciphered">What <see cref="Encipher"/> returned.</param>
    /// <param name="length">The clear value's length in bytes.</param>
    /// <returns>The clear value; the caller zeroes it. Null when it does not have this length.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public byte[]? Decipher(ReadOnlySpan<byte> enciphered, int length)
    {
        if (enciphered.Length != Block + (length / Block + 1) * Block)
            return null;
        var plain = GC.AllocateUninitializedArray<byte>(enciphered.Length - Block, pinned: true);
        _encryption.DecryptCbc(enciphered[..Block], enciphered[Block..], plain);
        var isPadded = plain[length] == 0x80 && plain.AsSpan(length + 1).IndexOfAnyExcept((byte)0) < 0;
        var value = isPadded ? plain.AsSpan(0, length).ToArray() : null;
        CryptographicOperations.ZeroMemory(plain);
        return value;
    }

    /// <summary>MAC of an application: bound to the file, the record's place, the card object and the application's place.</summary>
    public byte[] ApplicationMac(long record, string cardObjectId, int application, ReadOnlySpan<byte> content)
    {
        var id = Encoding.UTF8.GetBytes(cardObjectId);
        return Mac("application", record, [(byte)application, (byte)id.Length, .. id, .. content]);
    }

    /// <summary>MAC of a record: bound to the file, its last pass, and the record's place.</summary>
    public byte[] RecordMac(long record, ReadOnlySpan<byte> pass, ReadOnlySpan<byte> covered) => Mac("record", record, [.. pass, .. covered]);

    /// <summary>MAC of the file: header and number of records.</summary>
    public byte[] FileMac(ReadOnlySpan<byte> header, long count) => Mac("file", count, header);

    /// <summary>MAC of a key pair of the pool: bound to its file and its place there.</summary>
    internal byte[] KeyPairMac(int place, ReadOnlySpan<byte> content) => Mac("key pair", place, content);

    /// <summary>Destroys the derived keys.</summary>
    public void Dispose()
    {
        _encryption.Dispose();
        _mac.Dispose();
    }

    static string LabelOf(KekReference kek)
    {
        ArgumentNullException.ThrowIfNull(kek);
        return kek.Label;
    }

    byte[] Mac(string purpose, long number, ReadOnlySpan<byte> content)
    {
        var prefix = Encoding.ASCII.GetBytes(purpose);
        var message = new byte[prefix.Length + 1 + _fileId.Length + 8 + content.Length];
        prefix.CopyTo(message, 0);
        _fileId.CopyTo(message, prefix.Length + 1);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(prefix.Length + 1 + _fileId.Length), number);
        content.CopyTo(message.AsSpan(message.Length - content.Length));
        var mac = new byte[Block];
        _mac.Cmac(message, mac);
        return mac;
    }

    ISecretKey Derive(ISecretKey kek, byte purpose)
    {
        Span<byte> data = stackalloc byte[KeyLength];
        _fileId.CopyTo(data);
        _fileId.CopyTo(data[Block..]);
        data[0] = purpose;
        data[Block] = (byte)(purpose + 1);
        return kek.DeriveEcb(data, KeyAlgorithm.Aes, KeyLength);
    }
}
