using PersoMesh.Emv;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Keys;

/// <summary>An issuer's RSA key in its security module: the request for a certificate, and what comes back.</summary>
static class IssuerKeys
{
    /// <summary>Makes the request to a certification authority, signed with the key itself.</summary>
    /// <param name="session">A session with the module that holds the key.</param>
    /// <param name="label">The key's label.</param>
    /// <param name="issuerIdentifier">3 to 8 leftmost digits of the issuer's account numbers.</param>
    /// <param name="expiry">The last month in which the certificate is to be valid.</param>
    /// <param name="number">The issuer's number for the request.</param>
    /// <param name="service">Which of the scheme's services the key is for.</param>
    public static IssuerKeyRequest Request(ISecuritySession session, string label, string issuerIdentifier, ExpiryMonth expiry, int number, uint service)
    {
        if (issuerIdentifier.Length is < 3 or > 8 || !issuerIdentifier.All(char.IsAsciiDigit))
            throw new UserErrorException($"'{issuerIdentifier}': an issuer identifier has 3 to 8 digits, the leftmost of the issuer's account numbers.");
        var signer = Signer(session, label);
        var content = CertificateContent.ForIssuer(Convert.FromHexString(issuerIdentifier.PadRight(8, 'F')), expiry, number, signer.PublicKey);
        return IssuerKeyRequest.Create(signer, content, service);
    }

    /// <summary>Verifies a certificate with the authority's public key, and that it is about the module's key.</summary>
    /// <exception cref="UserErrorException">It is not.</exception>
    public static CertificateContent Verify(ISecuritySession session, string label, IssuerCertificate certificate, IReadOnlyList<CaPublicKey> authorities)
    {
        var authority = authorities.FirstOrDefault(ca => ca.Index == certificate.CaIndex && ca.Rid.Span.SequenceEqual(certificate.Rid.Span))
            ?? throw new UserErrorException($"No public key of authority {Convert.ToHexString(certificate.Rid.Span)} {certificate.CaIndex:X2} was given.");
        if (!certificate.Certificate.TryRecover(authority.Key, [], out var content, out var failure))
            throw new UserErrorException($"The certificate is not the authority's: EMV 4.3 {failure.Clause}: {failure.Reason}.");
        return content.Key.Equals(Signer(session, label).PublicKey) && content.Key.Equals(certificate.Key)
            ? content
            : throw new UserErrorException($"The certificate is about another key than '{label}' in the security module.");
    }

    static HsmRsaSigner Signer(ISecuritySession session, string label) => session is IRsaSession rsa
        ? new HsmRsaSigner(rsa.GetRsaKey(label))
        : throw new UserErrorException("This security module has no RSA keys: use a PKCS#11 token.");
}
