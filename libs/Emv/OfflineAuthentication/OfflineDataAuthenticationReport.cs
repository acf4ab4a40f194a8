namespace PersoMesh.Emv;

/// <summary>What was checked.</summary>
public enum AuthenticationSubject
{
    /// <summary>The input list: records that the AFL marks, and the AIP.</summary>
    StaticData,

    /// <summary>Tags 90, 92, 9F32, under the key of tag 8F.</summary>
    IssuerCertificate,

    /// <summary>Tag 93 (SDA).</summary>
    SignedStaticData,

    /// <summary>Tags 9F46, 9F48, 9F47 (DDA and CDA).</summary>
    IccCertificate,

    /// <summary>Tags 9F2D, 9F2F, 9F2E (offline enciphered PIN).</summary>
    PinEnciphermentCertificate,

    /// <summary>The data object list of INTERNAL AUTHENTICATE, tag 9F49.</summary>
    DynamicDataObjectList,

    /// <summary>Tag 9F4B in the answer to INTERNAL AUTHENTICATE.</summary>
    DynamicSignature,

    /// <summary>Tag 9F4B in the answer to GENERATE AC.</summary>
    CombinedSignature,
}

/// <summary>The result of one check.</summary>
/// <param name="Subject">What was checked.</param>
/// <param name="Failure">Clause, step and reason; null when it passed.</param>
/// <param name="IsDataMissing">True when it failed because the card lacks a data element.</param>
public sealed record AuthenticationFinding(AuthenticationSubject Subject, VerificationFailure? Failure, bool IsDataMissing = false)
{
    /// <summary>Whether the check passed.</summary>
    public bool Passed => Failure is null;

    /// <summary>Subject and outcome in one line; no card data.</summary>
    public override string ToString() => $"{Subject}: {Failure?.ToString() ?? "passed"}";
}

/// <summary>The method that a terminal capable of all three would choose (EMV 4.3 Book 3 §10.3).</summary>
public enum OfflineDataAuthenticationMethod
{
    /// <summary>The card supports none.</summary>
    None,

    /// <summary>Static data authentication.</summary>
    Sda,

    /// <summary>Dynamic data authentication.</summary>
    Dda,

    /// <summary>Dynamic data authentication combined with the application cryptogram.</summary>
    Cda,
}

/// <summary>What offline data authentication says of a card: every check with its outcome, and what was recovered.</summary>
public sealed class OfflineDataAuthenticationReport
{
    readonly List<AuthenticationFinding> _findings = [];

    internal OfflineDataAuthenticationReport(OfflineDataAuthenticationMethod method) => Method = method;

    /// <summary>The method that a terminal capable of all three would choose.</summary>
    public OfflineDataAuthenticationMethod Method { get; }

    /// <summary>The checks in the order in which they were made. What a failed one made impossible is not listed.</summary>
    public IReadOnlyList<AuthenticationFinding> Findings => _findings;

    /// <summary>Whether every check passed.</summary>
    public bool Passed => _findings.TrueForAll(f => f.Passed);

    /// <summary>The issuer's certificate content, when it was recovered.</summary>
    public CertificateContent? Issuer { get; internal set; }

    /// <summary>The card's certificate content, when it was recovered.</summary>
    public CertificateContent? Icc { get; internal set; }

    /// <summary>The content of the PIN encipherment certificate, when it was recovered.</summary>
    public CertificateContent? PinEncipherment { get; internal set; }

    /// <summary>The data authentication code (9F45), when tag 93 was verified.</summary>
    public ushort? DataAuthenticationCode { get; internal set; }

    /// <summary>What the card signed, when a dynamic signature was verified.</summary>
    public IccDynamicData? DynamicData { get; internal set; }

    /// <summary>
    /// Byte 1 of the terminal verification results as this authentication sets it (EMV 4.3 Book 3 §C5): 80 not performed, 40 SDA failed,
    /// 20 ICC data missing, 08 DDA failed, 04 CDA failed. Only findings that belong to <see cref="Method"/> count.
    /// </summary>
    public byte TerminalVerificationResult
    {
        get
        {
            var failed = _findings.FindAll(f => !f.Passed && BelongsTo(Method, f.Subject));
            var bits = (Method, failed.Count) switch
            {
                (OfflineDataAuthenticationMethod.None, _) => 0x80,
                (_, 0) => 0x00,
                (OfflineDataAuthenticationMethod.Sda, _) => 0x40,
                (OfflineDataAuthenticationMethod.Dda, _) => 0x08,
                _ => 0x04,
            };
            return (byte)(bits | (failed.Exists(f => f.IsDataMissing) ? 0x20 : 0x00));
        }
    }

    internal void Add(AuthenticationSubject subject, VerificationFailure? failure) => _findings.Add(new(subject, failure));

    internal void AddMissing(AuthenticationSubject subject, string clause, string reason) =>
        _findings.Add(new(subject, new(clause, 0, reason), IsDataMissing: true));

    static bool BelongsTo(OfflineDataAuthenticationMethod method, AuthenticationSubject subject) => subject switch
    {
        AuthenticationSubject.StaticData or AuthenticationSubject.IssuerCertificate => true,
        AuthenticationSubject.SignedStaticData => method == OfflineDataAuthenticationMethod.Sda,
        AuthenticationSubject.IccCertificate => method is OfflineDataAuthenticationMethod.Dda or OfflineDataAuthenticationMethod.Cda,
        AuthenticationSubject.DynamicDataObjectList => method == OfflineDataAuthenticationMethod.Dda,
        AuthenticationSubject.DynamicSignature => method == OfflineDataAuthenticationMethod.Dda,
        AuthenticationSubject.CombinedSignature => method == OfflineDataAuthenticationMethod.Cda,
        _ => false,
    };
}
