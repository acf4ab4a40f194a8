using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PersoMesh.Emv;

/// <summary>
/// A public key certificate as the card carries it: the certificate itself, the part of the modulus that has no room in it, and the
/// exponent (EMV 4.3 Book 2 §5.1, §6.1, §7.1).
/// </summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Certificate">As long as the signer's modulus.</param>
/// <param name="Remainder">
/// The least significant bytes of the modulus; empty when it fits into the certificate, and then not put on the card.
/// </param>
/// <param name="Exponent">1 or 3 bytes.</param>
public sealed record PublicKeyCertificate(
    CertificateKind Kind, ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Remainder, ReadOnlyMemory<byte> Exponent)
{
    /// <summary>
    /// An issuer's key may have at most 247 bytes when it signs a card's key, or the record overflows (EMV 4.3 Book 2 §D1.1).
    /// </summary>
    public const int MaxIssuerModulusLengthForIcc = 247;

    /// <summary>90, 9F46 or 9F2D.</summary>
    public uint CertificateTag => CertificateLayout.Of(Kind).CertificateTag;

    /// <summary>92, 9F48 or 9F2F.</summary>
    public uint RemainderTag => CertificateLayout.Of(Kind).RemainderTag;

    /// <summary>9F32, 9F47 or 9F2E.</summary>
    public uint ExponentTag => CertificateLayout.Of(Kind).ExponentTag;

    /// <summary>Issues a certificate and checks it with the signer's public key.</summary>
    /// <param name="signer">The certification authority's private key for an issuer certificate, the issuer's for the others.</param>
    /// <param name="signerKey">The signer's public key.</param>
    /// <param name="content">What is certified.</param>
    /// <param name="staticData">The static data to be authenticated, for an ICC public key certificate; empty for the others.</param>
    /// <exception cref="ArgumentException">
    /// The key is longer than the signer's, or static data were given for a certificate that has none.
    /// </exception>
    /// <exception cref="CryptographicException">The signer's signature does not open with <paramref name="signerKey"/>.</exception>
    /// <exception cref="PersoMesh.Keys.SecurityModuleException">The token refused.</exception>
    public static PublicKeyCertificate Issue(
        IRsaSigner signer, RsaPublicKey signerKey, CertificateContent content, ReadOnlySpan<byte> staticData = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(signerKey);
        ArgumentNullException.ThrowIfNull(content);
        RequireNoStaticData(content.Kind, staticData);
        if (content.Key.ModulusLength > signerKey.ModulusLength)
            throw new ArgumentException("The certified key must not be longer than the signer's (EMV 4.3 Book 2 §B2.1).", nameof(content));
        if (content.Kind != CertificateKind.IssuerPublicKey && signerKey.ModulusLength > MaxIssuerModulusLengthForIcc)
            throw new ArgumentException(
                "An issuer key that signs card keys has at most 247 bytes (EMV 4.3 Book 2 §D1.1).", nameof(signerKey));

        var layout = CertificateLayout.Of(content.Kind);
        var message = new byte[signerKey.ModulusLength - RecoverableSignature.Overhead];
        message[0] = layout.Format;
        content.Identifier.Span.CopyTo(message.AsSpan(1));
        var at = 1 + layout.IdentifierLength;
        content.Expiry.WriteMmYy(message.AsSpan(at, 2));
        BigEndian.Bytes((uint)content.SerialNumber, 3).CopyTo(message.AsSpan(at + 2));
        message[at + 5] = RecoverableSignature.HashAlgorithm;
        message[at + 6] = RecoverableSignature.PublicKeyAlgorithm;
        message[at + 7] = (byte)content.Key.ModulusLength;
        message[at + 8] = (byte)content.Key.Exponent.Length;

        var keyField = message.AsSpan(layout.FieldsLength);
        var inside = Math.Min(keyField.Length, content.Key.ModulusLength);
        keyField.Fill(RecoverableSignature.Pad);
        content.Key.Modulus.Span[..inside].CopyTo(keyField);
        var remainder = content.Key.Modulus[inside..];

        var signature = RecoverableSignature.Sign(
            signer, signerKey, message, [.. remainder.Span, .. content.Key.Exponent.Span, .. staticData]);
        return new PublicKeyCertificate(content.Kind, signature, remainder, content.Key.Exponent);
    }

    /// <summary>
    /// Recovers the certified key and checks format, hash and algorithm (EMV 4.3 Book 2 §6.3 steps 1–7 and 11–12, §6.4 steps 1–7 and
    /// 10–11). Whether it belongs to the card and is valid today says <see cref="CertificateContent.Check"/>.
    /// </summary>
    /// <param name="signerKey">The signer's public key.</param>
    /// <param name="staticData">The static data to be authenticated, for an ICC public key certificate; empty for the others.</param>
    /// <param name="content">What is certified.</param>
    /// <param name="failure">What is wrong.</param>
    /// <returns>False when the certificate is not accepted.</returns>
    public bool TryRecover(
        RsaPublicKey signerKey,
        ReadOnlySpan<byte> staticData,
        [NotNullWhen(true)] out CertificateContent? content,
        [NotNullWhen(false)] out VerificationFailure? failure)
    {
        ArgumentNullException.ThrowIfNull(signerKey);
        RequireNoStaticData(Kind, staticData);
        content = null;
        var layout = CertificateLayout.Of(Kind);
        if (!RecoverableSignature.TryOpen(
            layout.Clause, layout.Name, layout.Format, signerKey, Certificate.Span, out var message, out var hash, out failure))
            return false;

        var at = 1 + layout.IdentifierLength;
        if (message[at + 5] != RecoverableSignature.HashAlgorithm)
            failure = new(layout.Clause, 6, "the hash algorithm indicator is not 01 (SHA-1)");
        else if (!RecoverableSignature.HashMatches(message, [.. Remainder.Span, .. Exponent.Span, .. staticData], hash))
            failure = new(layout.Clause, 7, HashHint());
        else if (!ExpiryMonth.TryFromMmYy(message.AsSpan(at, 2), out var expiry))
            failure = new(layout.Clause, 9, "the certificate expiration date is no date MMYY");
        else if (message[at + 6] != RecoverableSignature.PublicKeyAlgorithm)
            failure = new(layout.Clause, AlgorithmStep, "the public key algorithm indicator is not 01 (RSA)");
        else if (!TryJoinModulus(message.AsSpan(layout.FieldsLength), message[at + 7], message[at + 8], out var key))
            failure = new(layout.Clause, AlgorithmStep + 1, $"lengths, {RemainderTag:X} and {ExponentTag:X} make no RSA key");
        else
            content = CertificateContent.Recovered(
                Kind, message[1..at], expiry, (message[at + 2] << 16) | (message[at + 3] << 8) | message[at + 4], key);
        return failure is null;
    }

    int AlgorithmStep => Kind == CertificateKind.IssuerPublicKey ? 11 : 10;

    string HashHint() => Kind == CertificateKind.IccPublicKey
        ? $"the hash differs: remainder ({RemainderTag:X}), exponent ({ExponentTag:X}), a record that the AFL marks, or the AIP "
            + "is not what was signed"
        : $"the hash differs: remainder ({RemainderTag:X}) or exponent ({ExponentTag:X}) is not what was signed";

    bool TryJoinModulus(ReadOnlySpan<byte> keyField, int modulusLength, int exponentLength, [NotNullWhen(true)] out RsaPublicKey? key)
    {
        key = null;
        var inside = Math.Min(keyField.Length, modulusLength);
        return modulusLength == inside + Remainder.Length && exponentLength == Exponent.Length
            && keyField[inside..].IndexOfAnyExcept(RecoverableSignature.Pad) < 0
            && RsaPublicKey.TryCreate([.. keyField[..inside], .. Remainder.Span], Exponent.Span, out key);
    }

    static void RequireNoStaticData(CertificateKind kind, ReadOnlySpan<byte> staticData)
    {
        if (!staticData.IsEmpty && kind != CertificateKind.IccPublicKey)
            throw new ArgumentException("Only the ICC public key certificate signs static data.", nameof(staticData));
    }
}
