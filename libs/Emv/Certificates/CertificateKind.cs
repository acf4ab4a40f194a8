namespace PersoMesh.Emv;

/// <summary>The three public key certificates of a card (EMV 4.3 Book 2 §5.1, §6.1, §7.1).</summary>
public enum CertificateKind
{
    /// <summary>The issuer's key, signed by the payment scheme's certification authority: tags 90, 92, 9F32.</summary>
    IssuerPublicKey,

    /// <summary>The card's key for dynamic authentication, signed by the issuer over the static data too: tags 9F46, 9F48, 9F47.</summary>
    IccPublicKey,

    /// <summary>The card's key for PIN encipherment, signed by the issuer: tags 9F2D, 9F2F, 9F2E.</summary>
    IccPinEncipherment,
}

/// <summary>What differs between the three certificates.</summary>
/// <param name="Name">To name it in messages.</param>
/// <param name="Format">Certificate format, the first byte of the signed message.</param>
/// <param name="IdentifierLength">Bytes of Issuer Identifier or PAN.</param>
/// <param name="CertificateTag">Tag of the certificate.</param>
/// <param name="RemainderTag">Tag of the part of the modulus that has no room in it.</param>
/// <param name="ExponentTag">Tag of the public key exponent.</param>
/// <param name="Clause">Where its verification is described.</param>
sealed record CertificateLayout(
    string Name, byte Format, int IdentifierLength, uint CertificateTag, uint RemainderTag, uint ExponentTag, string Clause)
{
    static readonly CertificateLayout Issuer = new("the issuer public key certificate", 0x02, 4, 0x90, 0x92, 0x9F32, "Book 2 §6.3");
    static readonly CertificateLayout Icc = new("the ICC public key certificate", 0x04, 10, 0x9F46, 0x9F48, 0x9F47, "Book 2 §6.4");
    static readonly CertificateLayout Pin = new(
        "the ICC PIN encipherment public key certificate", 0x04, 10, 0x9F2D, 0x9F2F, 0x9F2E, "Book 2 §7.1 with §6.4");

    /// <summary>Format, identifier, date, serial number, two algorithm indicators and two lengths.</summary>
    public int FieldsLength => 1 + IdentifierLength + 9;

    public static CertificateLayout Of(CertificateKind kind) => kind switch
    {
        CertificateKind.IssuerPublicKey => Issuer,
        CertificateKind.IccPublicKey => Icc,
        CertificateKind.IccPinEncipherment => Pin,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of certificate."),
    };

    /// <summary>How many bytes of the modulus the certificate holds (N − 36 or N − 42).</summary>
    public int KeyFieldLength(int signerModulusLength) => signerModulusLength - RecoverableSignature.Overhead - FieldsLength;
}
