using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>
/// An application's own RSA key pair. Issuer preparation makes it and gives the application's templates the values named in
/// <see cref="OwnNames"/> and, when it certifies the key pair, in <see cref="CertificateNames"/>, as hexadecimal digits.
/// </summary>
/// <param name="Bits">Length of the modulus, a multiple of 16: 512 to 1984 when EMV certifies it, up to 4096 otherwise.</param>
/// <param name="Exponent">3 or 65537.</param>
/// <param name="Certification">How the issuer certifies the key pair; null when nobody does, or somebody later.</param>
public sealed record CardKeyPair(int Bits, int Exponent, CardKeyCertification? Certification)
{
    /// <summary>The modulus.</summary>
    public const string Modulus = "cardModulus";

    /// <summary>The public exponent.</summary>
    public const string PublicExponent = "cardExponent";

    /// <summary>The certification authority's key index, tag 8F.</summary>
    public const string CaIndex = "caIndex";

    /// <summary>Issuer public key certificate, tag 90.</summary>
    public const string IssuerCertificate = "issuerCertificate";

    /// <summary>What of the issuer's modulus has no room in the certificate, tag 92; may be empty.</summary>
    public const string IssuerRemainder = "issuerRemainder";

    /// <summary>Issuer public key exponent, tag 9F32.</summary>
    public const string IssuerExponent = "issuerExponent";

    /// <summary>Signed static application data, tag 93.</summary>
    public const string SignedStaticData = "signedStaticData";

    /// <summary>ICC public key certificate, tag 9F46.</summary>
    public const string IccCertificate = "iccCertificate";

    /// <summary>What of the card's modulus has no room in the certificate, tag 9F48; may be empty.</summary>
    public const string IccRemainder = "iccRemainder";

    /// <summary>ICC public key exponent, tag 9F47.</summary>
    public const string IccExponent = "iccExponent";

    /// <summary>The inputs and computed fields that its certificate needs.</summary>
    public IEnumerable<string> FieldNames => Certification is null ? [] : Certification.Pan.Names.Concat(Certification.Expiry.Names);

    /// <summary>What preparation adds to the fields of a card with a key pair.</summary>
    public static IReadOnlyList<string> OwnNames { get; } = [Modulus, PublicExponent];

    /// <summary>What it adds to them when it certifies the key pair.</summary>
    public static IReadOnlyList<string> CertificateNames { get; } =
        [CaIndex, IssuerCertificate, IssuerRemainder, IssuerExponent, SignedStaticData, IccCertificate, IccRemainder, IccExponent];
}

/// <summary>How an issuer certifies a card's key pair for offline data authentication (EMV 4.3 Book 2 §5 and §6).</summary>
/// <param name="IssuerKey">Label in the security module of the issuer's private RSA key.</param>
/// <param name="Pan">Gives the primary account number, 8 to 19 digits.</param>
/// <param name="Expiry">Gives the last month in which the card's certificate is valid, YYMM.</param>
/// <param name="DataAuthenticationCode">What the signed static data say (tag 9F45).</param>
public sealed record CardKeyCertification(string IssuerKey, Template Pan, Template Expiry, ushort DataAuthenticationCode);

/// <summary>One of the five numbers by which a card calculates with its private key (Chinese remainder theorem).</summary>
public enum CardKeyComponent
{
    /// <summary>q⁻¹ mod p.</summary>
    InverseQ,

    /// <summary>d mod (q − 1).</summary>
    DQ,

    /// <summary>d mod (p − 1).</summary>
    DP,

    /// <summary>The prime q.</summary>
    Q,

    /// <summary>The prime p.</summary>
    P,
}
