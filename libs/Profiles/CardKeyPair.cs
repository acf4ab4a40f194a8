using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>
/// An RSA key pair of an application. Issuer preparation makes it and gives the application's templates hexadecimal digits: of the key
/// pair for authentication <see cref="OwnNames"/> and, when it certifies it, <see cref="IssuerNames"/> and <see cref="CertificateNames"/>;
/// of the key pair for PIN encipherment <see cref="IssuerNames"/> and <see cref="PinNames"/>.
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

    /// <summary>ICC PIN encipherment public key certificate, tag 9F2D.</summary>
    public const string PinCertificate = "pinCertificate";

    /// <summary>What of its modulus has no room in the certificate, tag 9F2F; may be empty.</summary>
    public const string PinRemainder = "pinRemainder";

    /// <summary>ICC PIN encipherment public key exponent, tag 9F2E.</summary>
    public const string PinExponent = "pinExponent";

    /// <summary>The inputs and computed fields that its certificate needs.</summary>
    public IEnumerable<string> FieldNames => Certification is null ? [] : Certification.Pan.Names.Concat(Certification.Expiry.Names);

    /// <summary>What preparation adds to the fields of a card with a key pair.</summary>
    public static IReadOnlyList<string> OwnNames { get; } = [Modulus, PublicExponent];

    /// <summary>What it adds to them when it certifies a key pair of the card: the issuer's certificate.</summary>
    public static IReadOnlyList<string> IssuerNames { get; } = [CaIndex, IssuerCertificate, IssuerRemainder, IssuerExponent];

    /// <summary>What it adds to them, too, when it certifies the key pair for offline data authentication.</summary>
    public static IReadOnlyList<string> CertificateNames { get; } = [SignedStaticData, IccCertificate, IccRemainder, IccExponent];

    /// <summary>What it adds to them, too, when the application has a key pair for PIN encipherment.</summary>
    public static IReadOnlyList<string> PinNames { get; } = [PinCertificate, PinRemainder, PinExponent];
}

/// <summary>How an issuer certifies a card's key pair (EMV 4.3 Book 2 §5 and §6; for PIN encipherment §7.1).</summary>
/// <param name="IssuerKey">Label in the security module of the issuer's private RSA key.</param>
/// <param name="Pan">Gives the primary account number, 8 to 19 digits.</param>
/// <param name="Expiry">Gives the last month in which the card's certificate is valid, YYMM.</param>
/// <param name="DataAuthenticationCode">What the signed static data say (tag 9F45); null for a PIN encipherment key, which signs none.</param>
public sealed record CardKeyCertification(string IssuerKey, Template Pan, Template Expiry, ushort? DataAuthenticationCode);

/// <summary>Which of an application's key pairs.</summary>
public enum CardKeyUse
{
    /// <summary>For offline data authentication (EMV 4.3 Book 2 §6).</summary>
    Authentication,

    /// <summary>For offline enciphered PINs (EMV 4.3 Book 2 §7).</summary>
    PinEncipherment,
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
