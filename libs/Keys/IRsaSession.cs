using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>What an issuer's security module can do beside secret keys: sign with an RSA key and make key pairs for cards.</summary>
/// <remarks>Not thread-safe. A <see cref="ISecuritySession"/> of a PKCS#11 token implements it too.</remarks>
public interface IRsaSession
{
    /// <summary>The private RSA key with this label (CKA_LABEL); good as long as the session.</summary>
    /// <param name="label">Case-sensitive; must name exactly one private key.</param>
    /// <exception cref="KeyNotFoundInModuleException">No key, or more than one, has the label.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    IRsaPrivateKey GetRsaKey(string label);

    /// <summary>
    /// Has the module make a key pair that leaves it at once, because it is for a card: nothing of it stays in the module.
    /// </summary>
    /// <param name="bits">Length of the modulus, a multiple of 16.</param>
    /// <param name="exponent">3 or 65537.</param>
    /// <returns>All parts; the caller zeroes them.</returns>
    /// <exception cref="SecurityModuleException">The token refused, or does not let go of private parts.</exception>
    RSAParameters GenerateCardKeyPair(int bits, int exponent);
}

/// <summary>A private RSA key that can be used but not read.</summary>
public interface IRsaPrivateKey
{
    /// <summary>The modulus, big-endian, without leading zeros.</summary>
    ReadOnlyMemory<byte> Modulus { get; }

    /// <summary>The public exponent, big-endian, without leading zeros.</summary>
    ReadOnlyMemory<byte> Exponent { get; }

    /// <summary>Raises a block to the private exponent (CKM_RSA_X_509): nothing is padded.</summary>
    /// <param name="block">As long as the modulus, and below it.</param>
    /// <param name="signature">Receives as many bytes; owned by the caller.</param>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    void SignRaw(ReadOnlySpan<byte> block, Span<byte> signature);
}
