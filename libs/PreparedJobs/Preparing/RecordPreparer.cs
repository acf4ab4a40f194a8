using System.Security.Cryptography;
using System.Text.Json;
using PersoMesh.Emv;
using PersoMesh.Keys;
using PersoMesh.Profiles;
using PersoMesh.SmartCard;

namespace PersoMesh.PreparedJobs;

/// <summary>Where card key pairs come from.</summary>
/// <param name="bits">Length of the modulus.</param>
/// <param name="exponent">3 or 65537.</param>
/// <returns>A key pair that nobody else gets; the caller zeroes its private parts.</returns>
public delegate RSAParameters CardKeySource(int bits, int exponent);

/// <summary>
/// Prepares cards in an issuer's security module: derives keys, certifies key pairs, signs static data and enciphers every secret.
/// </summary>
/// <param name="pass">What of the cards.</param>
/// <param name="session">A session with the issuer's module; an <see cref="IRsaSession"/> when an application has a key pair.</param>
/// <param name="keys">The keys of the file that is written, under the pass's key encryption key.</param>
/// <param name="kek">That key encryption key's place in the file's header.</param>
/// <param name="cipher">Enciphers cardholder data under the data key that belongs to it.</param>
/// <param name="certificates">The issuer's certificate for each label of an issuer key that the profile names.</param>
/// <param name="cardKeys">Where card key pairs come from.</param>
/// <remarks>Not thread-safe: each thread has its own, with its own session.</remarks>
public sealed class RecordPreparer(
    PreparationPass pass,
    ISecuritySession session,
    TransportKeys keys,
    int kek,
    CardholderCipher cipher,
    IReadOnlyDictionary<string, IssuerCertificate> certificates,
    CardKeySource cardKeys)
{
    // The certificates of a card are told apart: those for PIN encipherment have the upper half of the serial numbers.
    const int FirstPinSerialNumber = 0x80_0000;

    readonly Dictionary<string, CardCertificates> _signers = new(StringComparer.Ordinal);

    /// <summary>Prepares a card.</summary>
    /// <param name="serialNumber">Of its certificates; unique for the issuer's key as far as 3 bytes go.</param>
    /// <param name="cardObjectId">Unique card object identifier, at most 255 bytes in UTF-8.</param>
    /// <param name="fields">Inputs and computed fields.</param>
    /// <returns>The card, still without a place in the file.</returns>
    /// <exception cref="PreparedJobException">The card cannot be prepared; names application and data grouping.</exception>
    /// <exception cref="SecurityModuleException">A key is missing, or the token refused.</exception>
    public PreparedCard Prepare(long serialNumber, string cardObjectId, IReadOnlyDictionary<string, string> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var applications = pass.Applications.Select(placed => new PlacedContent(
            placed.Place, Prepare(cardObjectId, placed.Application, placed.Place, serialNumber, fields).Encode()));
        var offChip = JsonSerializer.SerializeToUtf8Bytes(
            pass.OffChipNames.ToDictionary(name => name, name => fields[name], StringComparer.Ordinal));
        return new PreparedCard(cardObjectId, cipher.EncipherOffChipData(cardObjectId, offChip), [.. applications]);
    }

    PreparedApplication Prepare(
        string cardObjectId, CardApplication application, int place, long serialNumber, IReadOnlyDictionary<string, string> fields)
    {
        using var pairs = new ApplicationKeyPairs(application, cardKeys);
        var secrets = new Dictionary<SecretGrouping, byte[][]>(ReferenceEqualityComparer.Instance);
        try
        {
            fields = WithCertificates(application, pairs, serialNumber, fields);
            var groupings = application.Data.Select(grouping => grouping is ClearGrouping clear
                ? Personal(cardObjectId, place, clear, fields)
                : Prepare(application, grouping, pairs, fields, secrets)).ToArray();
            return new PreparedApplication(application.Aid, application.Name, kek, groupings);
        }
        catch (RenderException e)
        {
            throw new PreparedJobException($"{application.Name}, {e.Where}", e.Reason, e);
        }
        finally
        {
            foreach (var part in secrets.Values.SelectMany(parts => parts))
                CryptographicOperations.ZeroMemory(part);
        }
    }

    // The certificate for PIN encipherment first: the static data that the other one signs may hold it.
    IReadOnlyDictionary<string, string> WithCertificates(
        CardApplication application, ApplicationKeyPairs pairs, long serialNumber, IReadOnlyDictionary<string, string> fields)
    {
        if (application.PinKeyPair?.Certification is { } pinCertification)
        {
            var pinKey = pairs.Of(CardKeyUse.PinEncipherment);
            fields = Signer(pinCertification.IssuerKey).AddPinTo(application, pinKey, Serial(serialNumber + FirstPinSerialNumber), fields);
        }

        if (application.KeyPair is not { } pair)
            return fields;
        var card = pairs.Of(CardKeyUse.Authentication);
        fields = WithPublicKey(fields, card);
        return pair.Certification is { } certification
            ? Signer(certification.IssuerKey).AddTo(application, card, Serial(serialNumber), fields)
            : fields;
    }

    static int Serial(long number) => (int)(number & 0xFF_FFFF);

    static Dictionary<string, string> WithPublicKey(IReadOnlyDictionary<string, string> fields, RSAParameters card) =>
        new(fields, StringComparer.Ordinal)
        {
            [CardKeyPair.Modulus] = Convert.ToHexString(card.Modulus!),
            [CardKeyPair.PublicExponent] = Convert.ToHexString(card.Exponent.AsSpan().TrimStart((byte)0)),
        };

    PreparedGrouping Prepare(
        CardApplication application, DataGrouping grouping, ApplicationKeyPairs pairs, IReadOnlyDictionary<string, string> fields,
        Dictionary<SecretGrouping, byte[][]> secrets)
    {
        if (grouping is not CheckValuesGrouping { Of: var of })
            return Encipher(application, grouping.Dgi, Parts(application, (SecretGrouping)grouping, pairs, fields, secrets));
        var source = (SecretGrouping)application.Data.First(other => other.Dgi == of);
        var checkValues = source.Parts.Zip(Parts(application, source, pairs, fields, secrets))
            .Where(part => part.First.IsKey).SelectMany(part => CheckValue(part.First, part.Second)).ToArray();
        return new PreparedGrouping(grouping.Dgi, PreparedGroupingKind.Clear, checkValues.Length, checkValues);
    }

    PreparedGrouping Personal(string cardObjectId, int application, ClearGrouping grouping, IReadOnlyDictionary<string, string> fields)
    {
        var value = grouping.Render(fields);
        return new PreparedGrouping(
            grouping.Dgi, PreparedGroupingKind.Personal, value.Length, cipher.EncipherGrouping(cardObjectId, application, grouping.Dgi, value));
    }

    // Computed once, though their check values may be wanted too.
    byte[][] Parts(
        CardApplication application, SecretGrouping secret, ApplicationKeyPairs pairs, IReadOnlyDictionary<string, string> fields,
        Dictionary<SecretGrouping, byte[][]> secrets)
    {
        if (secrets.TryGetValue(secret, out var known))
            return known;
        try
        {
            return secrets[secret] = [.. secret.Parts.Select(part => Compute(part.Resolve(fields), pairs))];
        }
        catch (Exception e) when (e is CardDataException or PinBlockException)
        {
            throw new PreparedJobException($"{application.Name}, DGI {secret.Dgi}", e.Message, e);
        }
    }

    PreparedGrouping Encipher(CardApplication application, DgiId dgi, byte[][] parts)
    {
        var plain = GC.AllocateUninitializedArray<byte>(parts.Sum(part => part.Length), pinned: true);
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(plain, at);
            at += part.Length;
        }

        try
        {
            return application.PersonalizationKey is { } label
                ? new PreparedGrouping(
                    dgi, PreparedGroupingKind.UnderPersonalizationKey, plain.Length, PersonalizationKey.Encipher(session, label, $"{application.Name}, DGI {dgi}", plain))
                : new PreparedGrouping(dgi, PreparedGroupingKind.Enciphered, plain.Length, keys.Encipher(plain));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    byte[] Compute(SecretParameters parameters, ApplicationKeyPairs pairs) =>
        parameters is CardKeyParameters { Component: var component, Use: var use }
            ? CardSecrets.Component(pairs.Of(use), component)
            : CardSecrets.Compute(session, parameters);

    static byte[] CheckValue(SecretPart part, byte[] value)
    {
        using var key = new SoftwareKey(part is AesKeyPart ? KeyAlgorithm.Aes : KeyAlgorithm.TripleDes, value);
        var checkValue = new byte[KeyCheckValue.Length];
        KeyCheckValue.Compute(key, checkValue);
        return checkValue;
    }

    CardCertificates Signer(string label)
    {
        if (_signers.TryGetValue(label, out var known))
            return known;
        var rsa = session.RequireRsa();
        if (!certificates.TryGetValue(label, out var certificate))
            throw new SecurityModuleException($"No issuer certificate was given for the issuer key '{label}'.");
        var signer = new HsmRsaSigner(rsa.GetRsaKey(label));
        return signer.PublicKey.Equals(certificate.Key)
            ? _signers[label] = new CardCertificates(signer, certificate)
            : throw new SecurityModuleException(
                $"The issuer certificate for '{label}' is about another key than the one in the security module.");
    }
}
