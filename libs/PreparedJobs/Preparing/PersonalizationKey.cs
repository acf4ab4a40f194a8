using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// Enciphers secrets under a personalization key: a key that the manufacturer put into an application of a whole batch of cards, so that
/// nobody between issuer and card can decipher them. CBC with an initial value of zeros (EMV CPS, CMODE 10) and no padding.
/// </summary>
static class PersonalizationKey
{
    const int AesKeyLength = 16;

    /// <param name="session">A session with the module that holds the key.</param>
    /// <param name="label">The key's label: AES-128 or triple DES with 16 bytes.</param>
    /// <param name="where">How errors name the data grouping.</param>
    /// <param name="secret">Whole blocks; the caller zeroes it.</param>
    /// <returns>As long as the secret.</returns>
    /// <exception cref="PreparedJobException">The secret is not whole blocks of the key's cipher.</exception>
    /// <exception cref="SecurityModuleException">The key is missing or of another kind, or the token refused.</exception>
    public static byte[] Encipher(ISecuritySession session, string label, string where, ReadOnlySpan<byte> secret)
    {
        using var key = session.GetKey(label);
        if (key.Length != AesKeyLength)
            throw new SecurityModuleException($"The personalization key '{label}' must be an AES-128 key, or a triple DES key of 16 bytes.");
        var block = key.Algorithm == KeyAlgorithm.Aes ? 16 : 8;
        if (secret.IsEmpty || secret.Length % block != 0)
        {
            throw new PreparedJobException(
                where, $"{secret.Length} bytes, but the personalization key '{label}' enciphers whole blocks of {block} and nothing is padded.");
        }

        Span<byte> zeros = stackalloc byte[block];
        zeros.Clear();
        var enciphered = new byte[secret.Length];
        key.EncryptCbc(zeros, secret, enciphered);
        return enciphered;
    }
}
