using System.Runtime.InteropServices;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Emv;

/// <summary>An issuer certificate that its payment scheme has revoked (EMV 4.3 Book 2 §5.1.2).</summary>
/// <param name="Rid">The RID as 10 hexadecimal digits, upper case.</param>
/// <param name="Index">Certification authority public key index.</param>
/// <param name="SerialNumber">Certificate serial number.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RevokedCertificate(string Rid, byte Index, int SerialNumber);

/// <summary>
/// Offline data authentication of a card from a terminal's view (EMV 4.3 Book 2 §5 to §7, Book 3 §10.3). Goes through everything that the
/// card offers, not only the method that a terminal would choose, so that a personalization error shows before a terminal finds it.
/// </summary>
/// <param name="caKeys">The schemes' keys that the terminal has.</param>
/// <param name="today">The transaction date.</param>
/// <param name="revoked">Revoked issuer certificates.</param>
public sealed class OfflineDataAuthentication(
    IEnumerable<CaPublicKey> caKeys, DateOnly today, IReadOnlySet<RevokedCertificate>? revoked = null)
{
    const int SdaSupported = 0x4000;
    const int DdaSupported = 0x2000;
    const int CdaSupported = 0x0100;

    readonly CaPublicKey[] _caKeys = [.. caKeys];

    /// <summary>Checks a card. Bad card data end up in the report; nothing is thrown for them.</summary>
    /// <param name="card">What was read.</param>
    /// <param name="internalAuthenticate">The exchange of DDA, if there was one.</param>
    /// <param name="generateAc">The exchange of CDA, if there was one.</param>
    public OfflineDataAuthenticationReport Check(
        CardApplicationData card, InternalAuthenticateExchange? internalAuthenticate = null, GenerateAcExchange? generateAc = null)
    {
        ArgumentNullException.ThrowIfNull(card);
        var report = new OfflineDataAuthenticationReport(MethodOf(card.InterchangeProfile));
        var staticData = CheckStaticData(card, report);
        CheckIssuer(card, report);
        if (report.Issuer is not { } issuer)
            return report;

        if (staticData is not null)
        {
            CheckSignedStaticData(card, issuer.Key, staticData, report);
            CheckIcc(card, issuer.Key, staticData, report);
        }

        report.PinEncipherment = CheckCertificate(
            card, CertificateKind.IccPinEncipherment, AuthenticationSubject.PinEnciphermentCertificate, issuer.Key, [], false, report);
        if (report.Icc is { } icc && internalAuthenticate is not null)
            CheckDynamicSignature(icc.Key, internalAuthenticate, report);
        if (report.Icc is { } iccForCda && generateAc is not null)
            CheckCombinedSignature(iccForCda.Key, generateAc, report);
        return report;
    }

    /// <summary>The method that a terminal capable of all three chooses (EMV 4.3 Book 3 §10.3).</summary>
    /// <param name="interchangeProfile">The AIP (§C1).</param>
    public static OfflineDataAuthenticationMethod MethodOf(ushort interchangeProfile) => interchangeProfile switch
    {
        _ when (interchangeProfile & CdaSupported) != 0 => OfflineDataAuthenticationMethod.Cda,
        _ when (interchangeProfile & DdaSupported) != 0 => OfflineDataAuthenticationMethod.Dda,
        _ when (interchangeProfile & SdaSupported) != 0 => OfflineDataAuthenticationMethod.Sda,
        _ => OfflineDataAuthenticationMethod.None,
    };

    static byte[]? CheckStaticData(CardApplicationData card, OfflineDataAuthenticationReport report)
    {
        var tagList = card.Find(0x9F4A) ?? default;
        byte[] profile = [(byte)(card.InterchangeProfile >> 8), (byte)card.InterchangeProfile];
        StaticDataToBeAuthenticated.TryAssemble(card.Locator, card.Records, tagList.Span, profile, out var data, out var failure);
        if (failure is null && card.MalformedRecords.Count > 0)
            failure = new("Book 3 §10.2", 0, $"not well-formed BER-TLV: {string.Join(", ", card.MalformedRecords)}");
        else if (failure is null && card.RedundantElements.Count > 0)
            failure = new("Book 3 §10.2", 0, $"occurs more than once: {string.Join(", ", card.RedundantElements.OrderBy(t => t.Value))}");
        report.Add(AuthenticationSubject.StaticData, failure);
        return data;
    }

    void CheckIssuer(CardApplicationData card, OfflineDataAuthenticationReport report)
    {
        var claimed = report.Method != OfflineDataAuthenticationMethod.None;
        if (!claimed && card.Find(0x90) is null)
            return;
        if (card.Find(0x8F) is not { Length: 1 } index)
        {
            report.AddMissing(AuthenticationSubject.IssuerCertificate, "Book 3 §7.5 table 31", "8F is missing or not 1 byte long");
            return;
        }

        var rid = card.Aid.Span[..5].ToArray();
        var ca = Array.Find(_caKeys, k => k.Index == index.Span[0] && k.Rid.Span.SequenceEqual(rid));
        if (ca is null)
        {
            var name = $"{Convert.ToHexString(rid)} {index.Span[0]:X2}";
            report.Add(AuthenticationSubject.IssuerCertificate, new("Book 2 §6.2", 0, $"no certification authority key {name} was given"));
            return;
        }

        report.Issuer = CheckCertificate(
            card, CertificateKind.IssuerPublicKey, AuthenticationSubject.IssuerCertificate, ca.Key, [], claimed, report, NotRevoked);

        VerificationFailure? NotRevoked(CertificateContent content) =>
            revoked?.Contains(new(Convert.ToHexString(rid), ca.Index, content.SerialNumber)) == true
                ? new("Book 2 §6.3", 10, "the issuer certificate is revoked")
                : null;
    }

    static void CheckSignedStaticData(
        CardApplicationData card, RsaPublicKey issuerKey, byte[] staticData, OfflineDataAuthenticationReport report)
    {
        if (card.Find(0x93) is { } signature)
        {
            if (SignedStaticData.TryVerify(issuerKey, signature.Span, staticData, out var code, out var failure))
                report.DataAuthenticationCode = code;
            report.Add(AuthenticationSubject.SignedStaticData, failure);
        }
        else if ((card.InterchangeProfile & SdaSupported) != 0)
        {
            report.AddMissing(AuthenticationSubject.SignedStaticData, "Book 3 §7.5 table 31", "93 is missing, but the AIP says SDA");
        }
    }

    void CheckIcc(CardApplicationData card, RsaPublicKey issuerKey, byte[] staticData, OfflineDataAuthenticationReport report)
    {
        var dynamic = (card.InterchangeProfile & (DdaSupported | CdaSupported)) != 0;
        report.Icc = CheckCertificate(
            card, CertificateKind.IccPublicKey, AuthenticationSubject.IccCertificate, issuerKey, staticData, dynamic, report);
        if ((card.InterchangeProfile & DdaSupported) == 0 || card.Find(0x9F49) is not { } ddol)
            return;
        var asks = DataObjectList.TryParse(ddol.Span, out var list) && list.AsksFor(0x9F37, 4);
        report.Add(
            AuthenticationSubject.DynamicDataObjectList,
            asks ? null : new("Book 2 §6.5.1", 1, "the DDOL (9F49) does not ask for the unpredictable number (9F37, 4 bytes)"));
    }

    CertificateContent? CheckCertificate(
        CardApplicationData card,
        CertificateKind kind,
        AuthenticationSubject subject,
        RsaPublicKey signerKey,
        ReadOnlySpan<byte> staticData,
        bool isRequired,
        OfflineDataAuthenticationReport report,
        Func<CertificateContent, VerificationFailure?>? checkFurther = null)
    {
        var layout = CertificateLayout.Of(kind);
        var certificate = card.Find(layout.CertificateTag);
        var exponent = card.Find(layout.ExponentTag);
        if (certificate is null && !isRequired)
            return null;
        if (certificate is null || exponent is null)
        {
            var missing = certificate is null ? layout.CertificateTag : layout.ExponentTag;
            report.AddMissing(subject, "Book 3 §7.5 table 31", $"{missing:X} is missing");
            return null;
        }

        var whole = new PublicKeyCertificate(kind, certificate.Value, card.Find(layout.RemainderTag) ?? default, exponent.Value);
        if (!whole.TryRecover(signerKey, staticData, out var content, out var failure))
        {
            report.Add(subject, failure);
            return null;
        }

        failure = Pan.TryFromCompressedNumeric((card.Find(0x5A) ?? default).Span, out var pan)
            ? content.Check(pan, today)
            : new(layout.Clause, 8, "the PAN (5A) is missing or not in format cn");
        report.Add(subject, failure ?? checkFurther?.Invoke(content));
        return content;
    }

    static void CheckDynamicSignature(RsaPublicKey iccKey, InternalAuthenticateExchange exchange, OfflineDataAuthenticationReport report)
    {
        var response = exchange.Response.Span;
        if (!TlvReader.TryFind(response, out var signature, 0x80) && !TlvReader.TryFind(response, out signature, 0x77, 0x9F4B))
        {
            report.AddMissing(AuthenticationSubject.DynamicSignature, "Book 3 §6.5.9.4", "the response has no 80, and no 9F4B in 77");
            return;
        }

        if (SignedDynamicData.TryVerify(iccKey, signature, exchange.TerminalData.Span, out var data, out var failure))
            report.DynamicData = data;
        report.Add(AuthenticationSubject.DynamicSignature, failure);
    }

    static void CheckCombinedSignature(RsaPublicKey iccKey, GenerateAcExchange exchange, OfflineDataAuthenticationReport report)
    {
        List<byte> transactionData = [.. exchange.ProcessingOptionsData.Span, .. exchange.CardRiskManagementData.Span];
        ReadOnlySpan<byte> signature = default;
        ReadOnlySpan<byte> information = default;
        TlvReader.TryFind(exchange.Response.Span, out var template, 0x77);
        var reader = new TlvReader(template);
        while (reader.TryRead(out var element))
        {
            if (element.Tag == 0x9F4B)
            {
                signature = element.Value;
                continue;
            }

            transactionData.AddRange(element.Encoded);
            if (element.Tag == 0x9F27)
                information = element.Value;
        }

        if (reader.Error is not null || signature.IsEmpty || information.Length != 1)
        {
            report.AddMissing(AuthenticationSubject.CombinedSignature, "Book 2 §6.6.1", "the response is no 77 with 9F27 and 9F4B");
            return;
        }

        var unpredictable = exchange.UnpredictableNumber.Span;
        var transaction = CollectionsMarshal.AsSpan(transactionData);
        var cid = information[0];
        if (SignedDynamicData.TryVerifyCombined(iccKey, signature, unpredictable, cid, transaction, out var data, out var failure))
            report.DynamicData = data;
        report.Add(AuthenticationSubject.CombinedSignature, failure);
    }
}
