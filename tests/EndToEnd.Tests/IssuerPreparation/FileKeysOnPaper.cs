using System.Security.Cryptography;
using System.Text;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>Deciphers values of a prepared file with the platform's ciphers, by docs/prepared-jobs.md and nothing else.</summary>
sealed class FileKeysOnPaper(byte[] kek, byte[] fileId, byte[] encipheredDataKey)
{
    const int NonceLength = 12;
    const int TagLength = 16;

    /// <summary>IV 16, then AES-CBC with padding method 2 under K-ENC.</summary>
    public byte[] Secret(ReadOnlySpan<byte> value)
    {
        using var aes = Aes.Create();
        aes.Key = kek;
        byte[] block = [1, .. fileId[1..], 2, .. fileId[1..]];
        aes.Key = aes.EncryptEcb(block, PaddingMode.None);
        var plain = aes.DecryptCbc(value[16..], value[..16], PaddingMode.None);
        return plain[..Array.LastIndexOf(plain, (byte)0x80)];
    }

    /// <summary>Nonce, AES-256-GCM under the data key, tag.</summary>
    public byte[] Personal(ReadOnlySpan<byte> value, int place, int dgi, string cardObjectId)
    {
        using var gcm = new AesGcm(Secret(encipheredDataKey), TagLength);
        var plain = new byte[value.Length - NonceLength - TagLength];
        gcm.Decrypt(value[..NonceLength], value[NonceLength..^TagLength], value[^TagLength..], plain,
            [.. "grouping\0"u8, .. fileId, (byte)place, (byte)(dgi >> 8), (byte)dgi, .. Encoding.UTF8.GetBytes(cardObjectId)]);
        return plain;
    }
}
