using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>
/// An application's RSA key pair for offline data authentication (EMV 4.3 Book 2 §5 and §6). Issuer preparation makes it, certifies it, and
/// gives the application's templates the values named in <see cref="Names"/>, as hexadecimal digits.
/// </summary>
/// <param name="Bits">Length of the modulus: 512 to 1984, a multiple of 16.</param>
/// <param name="Exponent">3 or 65537.</param>
/// <param name="IssuerKey">Label in the security module of the issuer's private RSA key.</param>
/// <param name="Pan">Gives the primary account number, 8 to 19 digits.</param>
/// <param name="Expiry">Gives the last month in which the card's certificate is valid, YYMM.</param>
/// <param name="DataAuthenticationCode">What the signed static data say (tag 9F45).</param>
public sealed record CardKeyPair(int Bits, int Exponent, string IssuerKey, Template Pan, Template Expiry, ushort DataAuthenticationCode)
{
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

    /// <summary>All values that preparation adds to a card's fields.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [CaIndex, IssuerCertificate, IssuerRemainder, IssuerExponent, SignedStaticData, IccCertificate, IccRemainder, IccExponent];
}

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
