using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>A key as PUT KEY carries it: already encrypted, with its check value.</summary>
public sealed class NewKey
{
    NewKey(ReadOnlyMemory<byte> field, ReadOnlyMemory<byte> checkValue) => (Field, CheckValue) = (field, checkValue);

    /// <summary>The key check value, 3 bytes; empty for a public key.</summary>
    public ReadOnlyMemory<byte> CheckValue { get; }

    /// <summary>The key data field in the basic format (GPC 2.3.1 table 11-68).</summary>
    internal ReadOnlyMemory<byte> Field { get; }

    /// <summary>A symmetric key that was encrypted elsewhere.</summary>
    /// <param name="algorithm">The cipher.</param>
    /// <param name="length">Length of the key itself in bytes: 16 or 24 for 3DES; 16, 24 or 32 for AES.</param>
    /// <param name="encrypted">The key under the DEK: as long as the key, 24-byte keys padded to 32 under AES; copied.</param>
    /// <param name="checkValue">3 bytes, from <see cref="KeyCheckValue"/>; copied.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static NewKey Encrypted(KeyAlgorithm algorithm, int length, ReadOnlySpan<byte> encrypted, ReadOnlySpan<byte> checkValue)
    {
        var isKey = length is 16 or 24 || (length == 32 && algorithm == KeyAlgorithm.Aes);
        if (!isKey || (encrypted.Length != length && encrypted.Length != (length + 15) / 16 * 16))
            throw new ArgumentException($"{encrypted.Length} bytes cannot be an encrypted {algorithm} key of {length}.", nameof(encrypted));
        if (checkValue.Length != KeyCheckValue.Length)
            throw new ArgumentException($"A key check value has {KeyCheckValue.Length} bytes.", nameof(checkValue));

        // 3DES without padding: the encrypted value alone (table 11-71). Else with the length of the clear value in front (table 11-70),
        // which padding makes necessary and which cards expect for AES keys of every length.
        byte[] block = algorithm == KeyAlgorithm.TripleDes && encrypted.Length == length ? [.. encrypted] : [(byte)length, .. encrypted];
        var type = (byte)(algorithm == KeyAlgorithm.TripleDes ? 0x80 : 0x88);
        return new NewKey(new FieldWriter().Bytes(type).Short(block).Short(checkValue).ToArray(), checkValue.ToArray());
    }

    /// <summary>
    /// Encrypts a symmetric key under the session's DEK and computes its check value. The value passes through this process: no HSM
    /// mechanism that PKCS#11 tokens commonly have wraps a key in the form that PUT KEY wants.
    /// </summary>
    /// <param name="channel">The session that will carry the PUT KEY command.</param>
    /// <param name="algorithm">The cipher of the new key.</param>
    /// <param name="value">The clear value; stays the caller's, who zeroes it.</param>
    /// <exception cref="ArgumentException">Not a usable key of this cipher.</exception>
    public static NewKey Encrypt(SecureChannel channel, KeyAlgorithm algorithm, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(channel);
        using var key = new SoftwareKey(algorithm, value);
        var block = channel.Protocol == SecureChannelProtocol.Scp02 ? 8 : 16;
        var padded = new byte[(value.Length + block - 1) / block * block];
        try
        {
            // Padding bytes are arbitrary (§11.8.2.3.2): random ones give nothing away about the end of the key.
            RandomNumberGenerator.Fill(padded);
            value.CopyTo(padded);
            channel.EncryptSensitiveData(padded, padded);
            return Encrypted(algorithm, value.Length, padded, KeyCheckValue.Compute(key));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    /// <summary>An RSA public key, which goes in clear: for tokens, DAP and the like.</summary>
    /// <param name="modulus">Big-endian, without leading zeros; copied.</param>
    /// <param name="exponent">Big-endian, without leading zeros; copied.</param>
    public static NewKey RsaPublic(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent) =>
        new(new FieldWriter().Bytes(0xA1).Long(modulus).Bytes(0xA0).Long(exponent).Short([]).ToArray(), default);
}
