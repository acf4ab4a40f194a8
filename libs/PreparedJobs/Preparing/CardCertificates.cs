using System.Globalization;
using System.Security.Cryptography;
using PersoMesh.Emv;
using PersoMesh.Profiles;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// Certifies a card's key pair and signs its static data (EMV 4.3 Book 2 §5 and §6), and gives a profile's templates the results.
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
    /// <returns>The fields and the values of <see cref="CardKeyPair.CertificateNames"/>.</returns>
    /// <exception cref="RenderException">A field does not fit its place, or the application's data cannot be signed.</exception>
    public Dictionary<string, string> AddTo(
        CardApplication application, RSAParameters card, int serialNumber, IReadOnlyDictionary<string, string> fields)
    {
        var all = new Dictionary<string, string>(fields, StringComparer.Ordinal);
        foreach (var name in CardKeyPair.CertificateNames)
            all[name] = "";
        all[CardKeyPair.CaIndex] = issuer.CaIndex.ToString("X2", CultureInfo.InvariantCulture);
        Set(CardKeyPair.IssuerCertificate, issuer.Certificate.Certificate);
        Set(CardKeyPair.IssuerRemainder, issuer.Certificate.Remainder);
        Set(CardKeyPair.IssuerExponent, issuer.Certificate.Exponent);
        var signed = StaticData(application, all);
        var description = application.KeyPair!.Certification!;
        var where = $"{application.Name}, card key";
        var pan = Parse(where, "'pan'", () => Pan.Parse(Render(description.Pan, where, all)));
        var expiry = Parse(where, "'expiry'", () => Expiry(Render(description.Expiry, where, all)));
        var key = new RsaPublicKey(card.Modulus, card.Exponent.AsSpan().TrimStart((byte)0));
        var content = CertificateContent.ForIcc(pan, expiry, serialNumber, key);
        var certificate = PublicKeyCertificate.Issue(signer, issuer.Key, content, signed.Span);
        Set(CardKeyPair.IccCertificate, certificate.Certificate);
        Set(CardKeyPair.IccRemainder, certificate.Remainder);
        Set(CardKeyPair.IccExponent, certificate.Exponent);
        Set(CardKeyPair.SignedStaticData, SignedStaticData.Sign(signer, issuer.Key, description.DataAuthenticationCode, signed.Span));
        if (!StaticData(application, all).Span.SequenceEqual(signed.Span))
        {
            throw new RenderException(
                where, "a record that the AFL marks for authentication holds a certificate or signature: it would sign itself.");
        }

        return all;

        void Set(string name, ReadOnlyMemory<byte> value) => all[name] = Convert.ToHexString(value.Span);
    }

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
