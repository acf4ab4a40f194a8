using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace PersoMesh.PinMailers;

/// <summary>
/// Encryption for the mail printer: CMS EnvelopedData (RFC 5652 §6) in DER, content AES-256-CBC, key transport RSAES-OAEP with SHA-256.
/// <c>openssl cms -decrypt -inform DER -recip cert.pem -inkey key.pem</c> opens it.
/// </summary>
/// <remarks>The envelope says who can read it, not who wrote it: the spool folder's permissions do.</remarks>
public sealed class PrinterEnvelope : IDisposable
{
    const int MinKeyBits = 2048;

    readonly X509Certificate2 _certificate;
    readonly TimeProvider _time;

    /// <summary>Takes the printer's certificate.</summary>
    /// <param name="certificate">Owned by this object from now on. Trusted because the operator configured it: no chain is built.</param>
    /// <param name="time">The clock for its validity.</param>
    /// <exception cref="PinMailerException">Not RSA, a key of less than 2048 bits, or a key usage without key encipherment.</exception>
    public PrinterEnvelope(X509Certificate2 certificate, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(time);
        (_certificate, _time) = (certificate, time);
        using var key = certificate.GetRSAPublicKey();
        if (key is null || key.KeySize < MinKeyBits)
            throw new PinMailerException($"The mail printer's certificate needs an RSA key of at least {MinKeyBits} bits.");
        if (certificate.Extensions.OfType<X509KeyUsageExtension>().Any(e => !e.KeyUsages.HasFlag(X509KeyUsageFlags.KeyEncipherment)))
            throw new PinMailerException("The mail printer's certificate is not for key encipherment.");
    }

    /// <summary>Reads a certificate file, PEM or DER.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock for its validity.</param>
    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    /// <exception cref="PinMailerException">The certificate does not serve.</exception>
    public static PrinterEnvelope Load(string path, TimeProvider time) => new(X509CertificateLoader.LoadCertificateFromFile(path), time);

    /// <summary>Encrypts a document.</summary>
    /// <param name="document">The document; stays the caller's.</param>
    /// <returns>ContentInfo in DER.</returns>
    /// <exception cref="PinMailerException">The certificate is not valid now.</exception>
    public byte[] Encrypt(PinMailerDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var now = _time.GetUtcNow().UtcDateTime;
        if (now < _certificate.NotBefore.ToUniversalTime() || now > _certificate.NotAfter.ToUniversalTime())
            throw new PinMailerException("The mail printer's certificate has expired, or is not valid yet: ask the printer for a new one.");
        var content = document.Bytes.ToArray();
        try
        {
            var aes256Cbc = new AlgorithmIdentifier(new Oid("2.16.840.1.101.3.4.1.42"));
            var envelope = new EnvelopedCms(new ContentInfo(content), aes256Cbc);
            envelope.Encrypt(new CmsRecipient(_certificate, RSAEncryptionPadding.OaepSHA256));
            return envelope.Encode();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _certificate.Dispose();
}
