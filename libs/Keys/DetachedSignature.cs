using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PersoMesh.Keys;

/// <summary>
/// A CMS signature that stands beside what it signs (RFC 5652 §5, eContent absent), by an RSA key of a security module. Made from the hash
/// of the content, which may therefore be of any length. <c>openssl cms -verify -binary -inform DER -content FILE -in SIGNATURE</c> checks it.
/// </summary>
public static class DetachedSignature
{
    const string Data = "1.2.840.113549.1.7.1";
    const string SignedData = "1.2.840.113549.1.7.2";
    const string ContentType = "1.2.840.113549.1.9.3";
    const string MessageDigest = "1.2.840.113549.1.9.4";
    const string SigningTime = "1.2.840.113549.1.9.5";
    const string RsaEncryption = "1.2.840.113549.1.1.1";
    const string Sha256 = "2.16.840.1.101.3.4.2.1";

    static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Signs.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="certificate">Its certificate, which is put into the signature.</param>
    /// <param name="digest">SHA-256 of the content, 32 bytes.</param>
    /// <param name="time">When it is signed; a signed attribute.</param>
    /// <returns>A ContentInfo, DER.</returns>
    /// <exception cref="ArgumentException">The certificate is not about the key.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[] Create(IRsaPrivateKey key, X509Certificate2 certificate, ReadOnlySpan<byte> digest, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(certificate);
        if (!IsAbout(certificate, key))
            throw new ArgumentException("The certificate is about another key than the one that signs.", nameof(certificate));
        // §5.4: what is signed is the DER of the attributes as a SET OF; in the signature they stand under an implicit tag.
        var attributes = SignedAttributes(digest, time);
        var signature = RsaSignature.Sign(key, SHA256.HashData(attributes));
        attributes[0] = 0xA0;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(Context0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                    WriteAlgorithm(writer, Sha256);
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(Data);
                using (writer.PushSetOf(Context0))
                    writer.WriteEncodedValue(certificate.RawData);
                using (writer.PushSetOf())
                    WriteSigner(writer, certificate, attributes, signature);
            }
        }

        return writer.Encode();
    }

    /// <summary>Whether a certificate is about a key of a security module.</summary>
    public static bool IsAbout(X509Certificate2 certificate, IRsaPrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(key);
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.ExportParameters(includePrivateParameters: false) is { } other
            && key.Modulus.Span.SequenceEqual(other.Modulus) && key.Exponent.Span.SequenceEqual(other.Exponent);
    }

    // SignerInfo (§5.3), identified by issuer and serial number.
    static void WriteSigner(AsnWriter writer, X509Certificate2 certificate, byte[] attributes, byte[] signature)
    {
        using var signer = writer.PushSequence();
        writer.WriteInteger(1);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(certificate.IssuerName.RawData);
            writer.WriteInteger(certificate.SerialNumberBytes.Span);
        }

        WriteAlgorithm(writer, Sha256);
        writer.WriteEncodedValue(attributes);
        WriteAlgorithm(writer, RsaEncryption);
        writer.WriteOctetString(signature);
    }

    static byte[] SignedAttributes(ReadOnlySpan<byte> digest, DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            using (PushAttribute(writer, ContentType))
            using (writer.PushSetOf())
                writer.WriteObjectIdentifier(Data);
            using (PushAttribute(writer, SigningTime))
            using (writer.PushSetOf())
                writer.WriteUtcTime(time);
            using (PushAttribute(writer, MessageDigest))
            using (writer.PushSetOf())
                writer.WriteOctetString(digest);
        }

        return writer.Encode();
    }

    static AsnWriter.Scope PushAttribute(AsnWriter writer, string type)
    {
        var scope = writer.PushSequence();
        writer.WriteObjectIdentifier(type);
        return scope;
    }

    static void WriteAlgorithm(AsnWriter writer, string algorithm)
    {
        using var sequence = writer.PushSequence();
        writer.WriteObjectIdentifier(algorithm);
        writer.WriteNull();
    }
}
