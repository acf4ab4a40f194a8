using System.Globalization;
using System.Security.Cryptography;
using PersoMesh.Emv;
using PersoMesh.Profiles;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// Certifies a card's key pairs and signs its static data (EMV 4.3 Book 2 §5 to §7), and gives a profile's templates the results.
/// </summary>
/// <param name="signer">The issuer's private key.</param>
/// <param name="issuer">The issuer's certificate; its key must be the signer's.</param>
sealed class CardCertificates(IRsaSigner signer, IssuerCertificate issuer)
{
    const uint InterchangeProfile = 0x82;
    const uint FileLocator = 0x94;
    const uint TagList = 0x9F4A;
    const int LastEmvFile = 10;

    /// <summary>Adds certificates and signatures to the fields of a card.</summary>
    /// <param name="application">The application; has a key pair that is certified.</param>
    /// <param name="card">The card's key pair.</param>
    /// <param name="serialNumber">Of the card's certificate.</param>
    /// <param name="fields">Inputs and computed fields.</param>
    /// <returns>
    /// The fields and the values of <see cref="CardKeyPair.IssuerNames"/> and <see cref="CardKeyPair.CertificateNames"/>.
    /// </returns>
    /// <exception cref="RenderException">A field does not fit its place, or the application's data cannot be signed.</exception>
    public Dictionary<string, string> AddTo(
        CardApplication application, RSAParameters card, int serialNumber, IReadOnlyDictionary<string, string> fields)
    {
        var all = new Dictionary<string, string>(fields, StringComparer.Ordinal);
        foreach (var name in CardKeyPair.CertificateNames)
            all[name] = "";
        SetIssuer(all);
        var signed = StaticData(application, all);
        var description = application.KeyPair!.Certification!;
        var (pan, expiry) = Holder(description, $"{application.Name}, card key", all);
        var content = CertificateContent.ForIcc(pan, expiry, serialNumber, PublicKey(card));
        var certificate = PublicKeyCertificate.Issue(signer, issuer.Key, content, signed.Span);
        Set(all, CardKeyPair.IccCertificate, certificate.Certificate);
        Set(all, CardKeyPair.IccRemainder, certificate.Remainder);
        Set(all, CardKeyPair.IccExponent, certificate.Exponent);
        var code = description.DataAuthenticationCode!.Value;
        Set(all, CardKeyPair.SignedStaticData, SignedStaticData.Sign(signer, issuer.Key, code, signed.Span));
        if (!StaticData(application, all).Span.SequenceEqual(signed.Span))
        {
            throw new RenderException(
                $"{application.Name}, card key", "a record that the AFL marks for authentication holds a certificate or signature: it would sign itself.");
        }

        return all;
    }

    /// <summary>Adds the certificate of a key pair for PIN encipherment to the fields of a card (EMV 4.3 Book 2 §7.1).</summary>
    /// <param name="application">The application; has such a key pair.</param>
    /// <param name="pin">The key pair.</param>
    /// <param name="serialNumber">Of its certificate.</param>
    /// <param name="fields">Inputs and computed fields.</param>
    /// <returns>The fields and the values of <see cref="CardKeyPair.IssuerNames"/> and <see cref="CardKeyPair.PinNames"/>.</returns>
    /// <exception cref="RenderException">A field does not fit its place.</exception>
    public Dictionary<string, string> AddPinTo(
        CardApplication application, RSAParameters pin, int serialNumber, IReadOnlyDictionary<string, string> fields)
    {
        var all = new Dictionary<string, string>(fields, StringComparer.Ordinal);
        SetIssuer(all);
        var (pan, expiry) = Holder(application.PinKeyPair!.Certification!, $"{application.Name}, PIN key", all);
        var content = CertificateContent.ForPinEncipherment(pan, expiry, serialNumber, PublicKey(pin));
        var certificate = PublicKeyCertificate.Issue(signer, issuer.Key, content);
        Set(all, CardKeyPair.PinCertificate, certificate.Certificate);
        Set(all, CardKeyPair.PinRemainder, certificate.Remainder);
        Set(all, CardKeyPair.PinExponent, certificate.Exponent);
        return all;
    }

    void SetIssuer(Dictionary<string, string> all)
    {
        all[CardKeyPair.CaIndex] = issuer.CaIndex.ToString("X2", CultureInfo.InvariantCulture);
        Set(all, CardKeyPair.IssuerCertificate, issuer.Certificate.Certificate);
        Set(all, CardKeyPair.IssuerRemainder, issuer.Certificate.Remainder);
        Set(all, CardKeyPair.IssuerExponent, issuer.Certificate.Exponent);
    }

    static void Set(Dictionary<string, string> all, string name, ReadOnlyMemory<byte> value) =>
        all[name] = Convert.ToHexString(value.Span);

    static RsaPublicKey PublicKey(RSAParameters pair) => new(pair.Modulus, pair.Exponent.AsSpan().TrimStart((byte)0));

    static (Pan Pan, ExpiryMonth Expiry) Holder(CardKeyCertification description, string where, Dictionary<string, string> fields) =>
        (Parse(where, "'pan'", () => Pan.Parse(Render(description.Pan, where, fields))),
            Parse(where, "'expiry'", () => Expiry(Render(description.Expiry, where, fields))));

    /// <summary>The static data to be authenticated, from the application's own records, AFL and AIP.</summary>
    static ReadOnlyMemory<byte> StaticData(CardApplication application, IReadOnlyDictionary<string, string> fields)
    {
        Dictionary<RecordId, ReadOnlyMemory<byte>> records = [];
        byte[] profile = [], tagList = [];
        ApplicationFileLocator? locator = null;
        foreach (var grouping in application.Data.OfType<ClearGrouping>())
        {
            var value = grouping.Render(fields);
            if (grouping.Dgi.IsRecord)
            {
                var id = new RecordId((byte)(grouping.Dgi.Value >> 8), (byte)grouping.Dgi.Value);
                records[id] = value;
                if (id.Sfi <= LastEmvFile && TlvReader.TryFind(value, out var tags, 0x70, TagList))
                    tagList = tags.ToArray();
            }
            else if (locator is null && TlvReader.TryFind(value, out var afl, FileLocator)
                && ApplicationFileLocator.TryParse(afl, out locator)
                && TlvReader.TryFind(value, out var aip, InterchangeProfile))
            {
                profile = aip.ToArray();
            }
        }

        if (locator is null || profile.Length != 2)
            throw new RenderException(application.Name, "no data grouping has both AIP (82) and AFL (94): there is nothing to sign.");
        return StaticDataToBeAuthenticated.TryAssemble(locator, records, tagList, profile, out var data, out var failure)
            ? data
            : throw new RenderException(application.Name, $"{failure.Reason}.");
    }

    static string Render(Conversions.Template template, string where, Dictionary<string, string> fields) =>
        template.Render(
            name => fields.TryGetValue(name, out var value) ? value : throw new RenderException(where, $"field '{name}' has no value."));

    static ExpiryMonth Expiry(string yymm) => ExpiryMonth.TryParseYyMm(yymm, out var month) ? month : throw new FormatException();

    static T Parse<T>(string where, string what, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is FormatException or SmartCard.CardDataException or ArgumentException)
        {
            throw new RenderException(where, $"{what} does not fit.");
        }
    }
}
