using System.Security.Cryptography;
using System.Text;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// Enciphers what is no secret of the security module but personal: names, account numbers, all clear data of a card. AES-256-GCM under a
/// data key of the file, which the file's header has enciphered under its first key encryption key.
/// </summary>
/// <remarks>
/// Not thread-safe. A value is nonce 12 | cipher | tag 16; bound to file, card object and place by the associated data: purpose in ASCII | 00
/// | file identifier 16 | application 1 | DGI 2 | card object identifier in UTF-8.
/// </remarks>
public sealed class CardholderCipher : IDisposable
{
    /// <summary>Length of the data key in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes that an enciphered value is longer than its clear one.</summary>
    public const int Overhead = NonceLength + TagLength;

    const int NonceLength = 12;
    const int TagLength = 16;

    readonly AesGcm _gcm;
    readonly byte[] _fileId;

    /// <summary>Creates a cipher; the caller zeroes the key.</summary>
    /// <param name="key"><see cref="KeyLength"/> bytes.</param>
    /// <param name="fileId">The file's identifier.</param>
    public CardholderCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> fileId)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        (_gcm, _fileId) = (new AesGcm(key, TagLength), fileId.ToArray());
    }

    /// <summary>Enciphers the fields for stripe, embossing and printing.</summary>
    public byte[] EncipherOffChipData(string cardObjectId, ReadOnlySpan<byte> plain) =>
        Encipher(plain, Place("data", 0, default, cardObjectId));

    /// <summary>Deciphers the fields for stripe, embossing and printing.</summary>
    /// <exception cref="PreparedJobException">They were changed, or are another card's.</exception>
    public byte[] DecipherOffChipData(string cardObjectId, ReadOnlySpan<byte> value) =>
        Decipher(value, Place("data", 0, default, cardObjectId)) ?? throw Changed("module DATA");

    /// <summary>Enciphers a data grouping.</summary>
    public byte[] EncipherGrouping(string cardObjectId, int application, DgiId dgi, ReadOnlySpan<byte> plain) =>
        Encipher(plain, Place("grouping", application, dgi, cardObjectId));

    /// <summary>Deciphers a data grouping.</summary>
    /// <exception cref="PreparedJobException">It was changed, or is another card's.</exception>
    public byte[] DecipherGrouping(string cardObjectId, int application, string name, PreparedGrouping grouping)
    {
        ArgumentNullException.ThrowIfNull(grouping);
        return Decipher(grouping.Value.Span, Place("grouping", application, grouping.Dgi, cardObjectId)) is { } plain && plain.Length == grouping.PlainLength
            ? plain
            : throw Changed($"application {application + 1} ({name})");
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _gcm.Dispose();

    static PreparedJobException Changed(string where) => new(where, "its MAC is wrong: it was changed after preparation.");

    byte[] Encipher(ReadOnlySpan<byte> plain, byte[] place)
    {
        var value = new byte[NonceLength + plain.Length + TagLength];
        var nonce = value.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        _gcm.Encrypt(nonce, plain, value.AsSpan(NonceLength, plain.Length), value.AsSpan(value.Length - TagLength), place);
        return value;
    }

    byte[]? Decipher(ReadOnlySpan<byte> value, byte[] place)
    {
        if (value.Length < NonceLength + TagLength)
            return null;
        var plain = new byte[value.Length - NonceLength - TagLength];
        try
        {
            _gcm.Decrypt(value[..NonceLength], value[NonceLength..^TagLength], value[^TagLength..], plain, place);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    byte[] Place(string purpose, int application, DgiId dgi, string cardObjectId) =>
    [
        .. Encoding.ASCII.GetBytes(purpose), 0, .. _fileId, (byte)application, (byte)(dgi.Value >> 8), (byte)dgi.Value,
        .. Encoding.UTF8.GetBytes(cardObjectId),
    ];
}
