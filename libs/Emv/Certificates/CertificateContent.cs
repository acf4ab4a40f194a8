namespace PersoMesh.Emv;

/// <summary>What a public key certificate says (EMV 4.3 Book 2 tables 2, 11 and 23).</summary>
public sealed class CertificateContent
{
    CertificateContent(CertificateKind kind, byte[] identifier, ExpiryMonth expiry, int serialNumber, RsaPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(expiry);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(serialNumber);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(serialNumber, 0xFF_FFFF);
        (Kind, Identifier, Expiry, SerialNumber, Key) = (kind, identifier, expiry, serialNumber, key);
    }

    /// <summary>Whose key it is.</summary>
    public CertificateKind Kind { get; }

    /// <summary>Issuer Identifier (4 bytes) or PAN (10 bytes), format cn: filled with F. The PAN is cardholder data.</summary>
    public ReadOnlyMemory<byte> Identifier { get; }

    /// <summary>The last month in which the certificate is valid.</summary>
    public ExpiryMonth Expiry { get; }

    /// <summary>Unique among the certificates of this signer; 3 bytes.</summary>
    public int SerialNumber { get; }

    /// <summary>The certified key.</summary>
    public RsaPublicKey Key { get; }

    /// <summary>The content of an issuer public key certificate.</summary>
    /// <param name="issuerIdentifier">4 bytes: 3 to 8 leftmost PAN digits, filled with F (<see cref="Pan.IssuerIdentifier"/>).</param>
    /// <param name="expiry">The last month in which the certificate is valid.</param>
    /// <param name="serialNumber">0 to FFFFFF, assigned by the certification authority.</param>
    /// <param name="key">The issuer's public key.</param>
    /// <exception cref="ArgumentException">The identifier has another length.</exception>
    public static CertificateContent ForIssuer(
        ReadOnlySpan<byte> issuerIdentifier, ExpiryMonth expiry, int serialNumber, RsaPublicKey key) =>
        issuerIdentifier.Length == 4
            ? new(CertificateKind.IssuerPublicKey, issuerIdentifier.ToArray(), expiry, serialNumber, key)
            : throw new ArgumentException($"An issuer identifier has 4 bytes, got {issuerIdentifier.Length}.", nameof(issuerIdentifier));

    /// <summary>The content of an ICC public key certificate.</summary>
    /// <param name="pan">The application PAN.</param>
    /// <param name="expiry">The last month in which the certificate is valid.</param>
    /// <param name="serialNumber">0 to FFFFFF, assigned by the issuer.</param>
    /// <param name="key">The card's public key.</param>
    public static CertificateContent ForIcc(Pan pan, ExpiryMonth expiry, int serialNumber, RsaPublicKey key) =>
        new(CertificateKind.IccPublicKey, PanIdentifier(pan), expiry, serialNumber, key);

    /// <summary>The content of an ICC PIN encipherment public key certificate.</summary>
    /// <param name="pan">The application PAN.</param>
    /// <param name="expiry">The last month in which the certificate is valid.</param>
    /// <param name="serialNumber">0 to FFFFFF, assigned by the issuer.</param>
    /// <param name="key">The card's public key for PIN encipherment.</param>
    public static CertificateContent ForPinEncipherment(Pan pan, ExpiryMonth expiry, int serialNumber, RsaPublicKey key) =>
        new(CertificateKind.IccPinEncipherment, PanIdentifier(pan), expiry, serialNumber, key);

    /// <summary>
    /// Checks that the certificate is about this card and not yet expired: the steps after the hash (Book 2 §6.3 steps 8 and 9, §6.4 the
    /// same).
    /// </summary>
    /// <param name="pan">The application PAN read from the card.</param>
    /// <param name="today">The transaction date.</param>
    /// <returns>What is wrong, or null.</returns>
    public VerificationFailure? Check(Pan pan, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(pan);
        var layout = CertificateLayout.Of(Kind);
        var same = Kind == CertificateKind.IssuerPublicKey
            ? pan.MatchesIssuerIdentifier(Identifier.Span)
            : Pan.TryFromCompressedNumeric(Identifier.Span, out var own) && own.Equals(pan);
        if (!same)
        {
            return new(layout.Clause, 8, Kind == CertificateKind.IssuerPublicKey
                ? "the issuer identifier does not match the leftmost digits of the PAN (5A)"
                : "the PAN in the certificate is not the card's (5A)");
        }

        return Expiry.LastDay < today ? new(layout.Clause, 9, $"{layout.Name} expired before the transaction date") : null;
    }

    /// <summary>Kind and key length; nothing of the cardholder.</summary>
    public override string ToString() => $"{Kind}, {Key}";

    internal static CertificateContent Recovered(
        CertificateKind kind, byte[] identifier, ExpiryMonth expiry, int serialNumber, RsaPublicKey key) =>
        new(kind, identifier, expiry, serialNumber, key);

    static byte[] PanIdentifier(Pan pan)
    {
        ArgumentNullException.ThrowIfNull(pan);
        var identifier = new byte[10];
        pan.WriteCompressedNumeric(identifier);
        return identifier;
    }
}
