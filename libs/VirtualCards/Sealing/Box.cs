using System.Security.Cryptography;

namespace PersoMesh.VirtualCards.Sealing;

/// <summary>AES-256-GCM (NIST SP 800-38D) with a random nonce: nonce (12) ‖ tag (16) ‖ ciphertext.</summary>
static class Box
{
    public const int Overhead = NonceLength + TagLength;

    const int NonceLength = 12;
    const int TagLength = 16;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        var box = new byte[Overhead + plaintext.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var gcm = new AesGcm(key, TagLength);
        gcm.Encrypt(box.AsSpan(0, NonceLength), plaintext, box.AsSpan(Overhead), box.AsSpan(NonceLength, TagLength), associatedData);
        return box;
    }

    /// <param name="key">32 bytes.</param>
    /// <param name="box">What <see cref="Seal"/> returned.</param>
    /// <param name="associatedData">As it was sealed.</param>
    /// <param name="plaintext">Receives the plaintext; as long as the box less <see cref="Overhead"/>.</param>
    /// <returns>False when key, box or associated data are not those of the sealing; the plaintext is then zeroed.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associatedData, Span<byte> plaintext)
    {
        using var gcm = new AesGcm(key, TagLength);
        try
        {
            gcm.Decrypt(box[..NonceLength], box[Overhead..], box.Slice(NonceLength, TagLength), plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plaintext);
            return false;
        }
    }
}
