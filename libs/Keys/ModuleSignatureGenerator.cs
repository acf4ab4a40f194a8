using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PersoMesh.Keys;

/// <summary>Lets .NET make certificate requests and certificates that an RSA key of a security module signs (sha256WithRSAEncryption).</summary>
/// <param name="key">The key; good as long as its session.</param>
public sealed class ModuleSignatureGenerator(IRsaPrivateKey key) : X509SignatureGenerator
{
    const string Sha256WithRsa = "1.2.840.113549.1.1.11";

    /// <inheritdoc />
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        RequireSha256(hashAlgorithm);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Sha256WithRsa);
            writer.WriteNull();
        }

        return writer.Encode();
    }

    /// <inheritdoc />
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
    {
        RequireSha256(hashAlgorithm);
        return RsaSignature.Sign(key, SHA256.HashData(data));
    }

    /// <inheritdoc />
    protected override PublicKey BuildPublicKey()
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = key.Modulus.ToArray(), Exponent = key.Exponent.ToArray() });
        return new PublicKey(rsa);
    }

    static void RequireSha256(HashAlgorithmName hashAlgorithm)
    {
        if (hashAlgorithm != HashAlgorithmName.SHA256)
            throw new ArgumentException($"Only SHA-256 is signed here, not {hashAlgorithm.Name}.", nameof(hashAlgorithm));
    }
}
