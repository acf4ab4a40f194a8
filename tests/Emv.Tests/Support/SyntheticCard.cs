using System.Collections.Concurrent;
using System.Security.Cryptography;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Emv.Tests;

/// <summary>
/// A card personalized with the published keys of mrautio/emv-card-simulator: SDA, DDA, CDA and an enciphered PIN, so that every check has
/// something to look at. Its signatures as a card are made by hand from the tables of EMV 4.3 Book 2 and signed by openssl.
/// </summary>
sealed class SyntheticCard
{
    public static readonly byte[] Aid = Hex.Bytes("AFFFFFFFFF1234");
    public static readonly CaPublicKey Ca = new(Hex.Bytes("AFFFFFFFFF"), 0x92, VectorFile.CardSimulator.Key("caModulus"));
    public static readonly DateOnly Today = new(2026, 11, 21);

    // Signing takes most of the time of these tests; the same card is asked for often.
    static readonly ConcurrentDictionary<ushort, byte[]> Certificates = new();

    public SyntheticCard(ushort interchangeProfile = 0x7D00)
    {
        InterchangeProfile = interchangeProfile;
        var pan = Pan.Parse("1234560012345608");
        using var template = new TlvWriter();
        Records[new(3, 1)] = template.Begin(0x70)
            .Write(0x5A, pan.ToCompressedNumeric()).Write(0x5F24, Hex.Bytes("291231")).Write(0x9F4A, [0x82])
            .End().ToArray();
        Locator = new ApplicationFileLocator([new(2, 1, 1, 0), new(3, 1, 1, 1), new(11, 4, 5, 1)]);
        Records[new(11, 4)] = Hex.Bytes("70049F070100");
        Records[new(11, 5)] = Hex.Bytes("70049F080100");

        Records[new(2, 1)] = Certificates.GetOrAdd(interchangeProfile, _ => WriteCertificates(interchangeProfile, pan));
    }

    public ushort InterchangeProfile { get; set; }

    public ApplicationFileLocator Locator { get; set; }

    public Dictionary<RecordId, ReadOnlyMemory<byte>> Records { get; } = [];

    public CardApplicationData Read() => new(Aid, InterchangeProfile, Locator, Records);

    /// <summary>Leaves a data element out of a record, or replaces its value.</summary>
    public SyntheticCard With(RecordId id, BerTag tag, byte[]? value)
    {
        using var writer = new TlvWriter();
        writer.Begin(0x70);
        foreach (var child in TlvNode.Parse(Records[id])[0].Children)
        {
            if (child.Tag != tag)
                writer.Write(child.Tag, child.Value.Span);
            else if (value is not null)
                writer.Write(tag, value);
        }

        Records[id] = writer.End().ToArray();
        return this;
    }

    /// <summary>
    /// Tables 15 and 18 of EMV 4.3 Book 2: 05 01 LDD dynamic data BB… and the terminal's data, signed with the card's key.
    /// </summary>
    public static byte[] SignDynamic(byte[] dynamicData, byte[] terminalData)
    {
        using var openssl = new OpenSslRsa(PublishedKeys.Icc);
        var pad = Enumerable.Repeat((byte)0xBB, 128 - dynamicData.Length - 25);
        byte[] message = [0x05, 0x01, (byte)dynamicData.Length, .. dynamicData, .. pad];
        byte[] block = [0x6A, .. message, .. SHA1.HashData([.. message, .. terminalData]), 0xBC];
        var signature = new byte[block.Length];
        openssl.SignRaw(block, signature);
        return signature;
    }

    byte[] WriteCertificates(ushort interchangeProfile, Pan pan)
    {
        var vectors = VectorFile.CardSimulator;
        var data = StaticDataToBeAuthenticated.Assemble(
            Locator, Records, [0x82], [(byte)(interchangeProfile >> 8), (byte)interchangeProfile]);
        var issuer = new SoftwareRsaSigner(PublishedKeys.Issuer);
        var iccKey = vectors.Key("iccModulus");
        var expiry = new ExpiryMonth(2029, 12);
        using var certificates = new TlvWriter();
        certificates.Begin(0x70).Write(0x8F, [0x92]).Write(0x90, vectors["90"]).Write(0x92, vectors["92"]).Write(0x9F32, [3]);
        certificates.Write(0x93, SignedStaticData.Sign(issuer, issuer.PublicKey, 0x1234, data)).Write(0x9F49, Hex.Bytes("9F3704"));
        Write(certificates, PublicKeyCertificate.Issue(issuer, issuer.PublicKey, CertificateContent.ForIcc(pan, expiry, 1, iccKey), data));
        Write(certificates, PublicKeyCertificate.Issue(
            issuer, issuer.PublicKey, CertificateContent.ForPinEncipherment(pan, expiry, 2, iccKey)));
        return certificates.End().ToArray();
    }

    static void Write(TlvWriter writer, PublicKeyCertificate certificate)
    {
        writer.Write(certificate.CertificateTag, certificate.Certificate.Span).Write(certificate.ExponentTag, certificate.Exponent.Span);
        if (!certificate.Remainder.IsEmpty)
            writer.Write(certificate.RemainderTag, certificate.Remainder.Span);
    }
}
