using System.Diagnostics.CodeAnalysis;
using PersoMesh.SmartCard;

namespace PersoMesh.Emv;

/// <summary>
/// An issuer's request to a payment scheme's certification authority: its public key and a signature over it with its own private key,
/// which proves that it has one.
/// </summary>
/// <remarks>
/// <para>
/// <b>Generic layout.</b> Every scheme has a layout of its own, and none of them is public. They share this shape: a header, the public key
/// in clear, and a self-signed part with message recovery. PersoMesh uses the layout below for its own certification authority and as the
/// model of a scheme's; to send a request to a scheme, convert it with that scheme's document at hand.
/// </para>
/// <code>
/// unsigned part:    20 | service identifier 4 | NI 1 | modulus NI | exponent length 1 | exponent | request number 3
/// self-signed part: a signature of NI bytes by EMV 4.3 Book 2 §A2.1 over
///                   21 | service identifier 4 | 02 | issuer identifier 4 | expiry MMYY 2 | request number 3 |
///                   hash algorithm 01 | key algorithm 01 | NI 1 | exponent length 1 | modulus NI | exponent
///                   (the first NI - 22 bytes lie in the signature, the rest follows from the unsigned part)
/// </code>
/// </remarks>
public sealed class IssuerKeyRequest
{
    const string Structure = "issuer key request";
    const string Clause = "Book 2 §A2.1.3";
    const string Name = "the self-signed part";
    const byte UnsignedHeader = 0x20;
    const byte SignedHeader = 0x21;
    const int FieldsBeforeModulus = 19;

    IssuerKeyRequest(
        uint serviceIdentifier, byte[] issuerIdentifier, ExpiryMonth expiry, int requestNumber, RsaPublicKey key, byte[] encoded) =>
        (ServiceIdentifier, IssuerIdentifier, Expiry, RequestNumber, Key, Encoded) =
        (serviceIdentifier, issuerIdentifier, expiry, requestNumber, key, encoded);

    /// <summary>Which of the scheme's services the key is for.</summary>
    public uint ServiceIdentifier { get; }

    /// <summary>4 bytes: 3 to 8 leftmost PAN digits, filled with F.</summary>
    public ReadOnlyMemory<byte> IssuerIdentifier { get; }

    /// <summary>The last month in which the certificate is to be valid.</summary>
    public ExpiryMonth Expiry { get; }

    /// <summary>The issuer's number for this request, 3 bytes.</summary>
    public int RequestNumber { get; }

    /// <summary>The key to be certified.</summary>
    public RsaPublicKey Key { get; }

    /// <summary>The request as it is sent: unsigned part, then self-signed part.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Creates and signs a request.</summary>
    /// <param name="issuer">The issuer's private key.</param>
    /// <param name="content">The certificate that is wanted; its serial number is the number of the request.</param>
    /// <param name="serviceIdentifier">Which of the scheme's services the key is for.</param>
    /// <exception cref="ArgumentException">Not the content of an issuer certificate.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The signature does not open with the key.</exception>
    /// <exception cref="PersoMesh.Keys.SecurityModuleException">The token refused.</exception>
    public static IssuerKeyRequest Create(IRsaSigner issuer, CertificateContent content, uint serviceIdentifier)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(content);
        if (content.Kind != CertificateKind.IssuerPublicKey)
            throw new ArgumentException("Only an issuer's key is certified by a payment scheme.", nameof(content));
        var message = Message(serviceIdentifier, content.Identifier.Span, content.Expiry, content.SerialNumber, content.Key);
        var recoverable = content.Key.ModulusLength - RecoverableSignature.Overhead;
        var signature = RecoverableSignature.Sign(issuer, content.Key, message.AsSpan(0, recoverable), message.AsSpan(recoverable));
        byte[] encoded =
        [
            UnsignedHeader, .. BigEndian.Bytes(serviceIdentifier, 4), (byte)content.Key.ModulusLength, .. content.Key.Modulus.Span,
            (byte)content.Key.Exponent.Length, .. content.Key.Exponent.Span,
            .. BigEndian.Bytes((uint)content.SerialNumber, 3),
            .. signature,
        ];
        return new IssuerKeyRequest(
            serviceIdentifier, content.Identifier.ToArray(), content.Expiry, content.SerialNumber, content.Key, encoded);
    }

    /// <summary>Reads a request and checks its signature.</summary>
    /// <param name="encoded">The request; copied.</param>
    /// <param name="request">The request.</param>
    /// <param name="failure">Why the signature is not that of the key in the request.</param>
    /// <returns>False when the request is well-formed but does not prove possession of the private key.</returns>
    /// <exception cref="CardDataException">The request is malformed.</exception>
    public static bool TryOpen(
        ReadOnlySpan<byte> encoded,
        [NotNullWhen(true)] out IssuerKeyRequest? request,
        [NotNullWhen(false)] out VerificationFailure? failure)
    {
        request = null;
        var (service, number, key, signatureStart) = ReadUnsigned(encoded);
        var signature = encoded[signatureStart..];
        if (!RecoverableSignature.TryOpen(Clause, Name, SignedHeader, key, signature, out var recovered, out var hash, out failure))
            return false;

        var identifier = recovered.AsSpan(6, 4).ToArray();
        if (!ExpiryMonth.TryFromMmYy(recovered.AsSpan(10, 2), out var expiry))
        {
            failure = new(Clause, 6, $"{Name} has no date MMYY");
            return false;
        }

        // What the two parts say twice must agree: the signed message is rebuilt from the clear one.
        var message = Message(service, identifier, expiry, number, key);
        if (!message.AsSpan(0, recovered.Length).SequenceEqual(recovered)
            || !RecoverableSignature.HashMatches(recovered, message.AsSpan(recovered.Length), hash))
        {
            failure = new(Clause, 6, $"{Name} is about another key or request than the unsigned part");
            return false;
        }

        request = new IssuerKeyRequest(service, identifier, expiry, number, key, encoded.ToArray());
        return true;
    }

    /// <summary>The content of the certificate that the request asks for.</summary>
    /// <param name="serialNumber">The serial number that the certification authority assigns.</param>
    public CertificateContent ToCertificateContent(int serialNumber) =>
        CertificateContent.ForIssuer(IssuerIdentifier.Span, Expiry, serialNumber, Key);

    static (uint Service, int Number, RsaPublicKey Key, int SignatureStart) ReadUnsigned(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < 6 || encoded[0] != UnsignedHeader)
            throw new CardDataException(Structure, 0, "does not begin with the header of the unsigned part");
        var modulusEnd = 6 + encoded[5];
        if (encoded.Length <= modulusEnd)
            throw new CardDataException(Structure, 5, "the modulus goes beyond the end");
        var exponentEnd = modulusEnd + 1 + encoded[modulusEnd];
        if (encoded.Length < exponentEnd + 3)
            throw new CardDataException(Structure, modulusEnd, "exponent or request number goes beyond the end");
        if (!RsaPublicKey.TryCreate(encoded[6..modulusEnd], encoded[(modulusEnd + 1)..exponentEnd], out var key))
            throw new CardDataException(Structure, 5, "modulus and exponent are no RSA key that EMV allows");
        var service = (uint)((encoded[1] << 24) | (encoded[2] << 16) | (encoded[3] << 8) | encoded[4]);
        var number = (encoded[exponentEnd] << 16) | (encoded[exponentEnd + 1] << 8) | encoded[exponentEnd + 2];
        return (service, number, key, exponentEnd + 3);
    }

    static byte[] Message(uint service, ReadOnlySpan<byte> identifier, ExpiryMonth expiry, int number, RsaPublicKey key)
    {
        var message = new byte[FieldsBeforeModulus + key.ModulusLength + key.Exponent.Length];
        message[0] = SignedHeader;
        BigEndian.Bytes(service, 4).CopyTo(message.AsSpan(1));
        message[5] = 0x02;
        identifier.CopyTo(message.AsSpan(6));
        expiry.WriteMmYy(message.AsSpan(10, 2));
        BigEndian.Bytes((uint)number, 3).CopyTo(message.AsSpan(12));
        message[15] = RecoverableSignature.HashAlgorithm;
        message[16] = RecoverableSignature.PublicKeyAlgorithm;
        message[17] = (byte)key.ModulusLength;
        message[18] = (byte)key.Exponent.Length;
        key.Modulus.Span.CopyTo(message.AsSpan(FieldsBeforeModulus));
        key.Exponent.Span.CopyTo(message.AsSpan(FieldsBeforeModulus + key.ModulusLength));
        return message;
    }
}
