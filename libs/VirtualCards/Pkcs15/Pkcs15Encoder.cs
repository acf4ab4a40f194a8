using System.Diagnostics;
using System.Formats.Asn1;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Pkcs15;

/// <summary>
/// The ASN.1 of PKCS #15 v1.1, which ISO/IEC 7816-15 took over, in DER. The module has implicit tags; where a tag stands before a choice
/// or a parameter (typeAttributes, the choices of EF.OD) it is explicit all the same (X.680 §31.2.7).
/// </summary>
static class Pkcs15Encoder
{
    static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    static readonly Asn1Tag ConstructedContext1 = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>EF.OD: for each kind of objects where its directory file is.</summary>
    public static byte[] ObjectDirectory(IEnumerable<Pkcs15Directory> directories)
    {
        using var encoded = new MemoryStream();
        foreach (var directory in directories)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence(new(TagClass.ContextSpecific, directory.Kind, isConstructed: true)))
                WritePath(writer, directory.FileId, length: null);
            encoded.Write(writer.Encode());
        }

        return encoded.ToArray();
    }

    /// <summary>TokenInfo.</summary>
    public static byte[] TokenInfo(string label, string manufacturer, byte[] serialNumber) => Encode(writer =>
    {
        writer.WriteInteger(0);
        writer.WriteOctetString(serialNumber);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, manufacturer);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, label, Context0);
        writer.WriteNamedBitList(TokenFlags.ReadOnly | TokenFlags.LoginRequired);
    });

    /// <summary>PIN objects of a password and, when it has one, of its resetting code.</summary>
    /// <param name="slot">The password.</param>
    /// <param name="resettingCodeOffset">What the card adds to a password's reference to name its resetting code.</param>
    public static byte[] AuthenticationObjects(PasswordSlot slot, byte resettingCodeOffset)
    {
        var resetting = (byte)(slot.Reference + resettingCodeOffset);
        var pin = PinObject(
            slot.Name, slot.Reference, slot.ResettingCode is null ? null : resetting, PinFlags.None, slot.Rules, slot.Coding);
        return slot.ResettingCode is { } rules
            ? [.. pin, .. PinObject("PUK of " + slot.Name, resetting, null, PinFlags.UnblockingPin, rules, new(0))]
            : pin;
    }

    /// <summary>The entry of an object in its directory file.</summary>
    /// <param name="item">The object.</param>
    /// <param name="length">Length of its content in bytes.</param>
    public static byte[] Object(Pkcs15Object item, int length) => item switch
    {
        Pkcs15PrivateKey key => PrivateKey(key, length),
        Pkcs15PublicKey key => PublicKey(key, length),
        Pkcs15Certificate certificate => Certificate(certificate, length),
        Pkcs15Data data => Data(data, length),
        _ => throw new UnreachableException(),
    };

    static byte[] PrivateKey(Pkcs15PrivateKey key, int length) => Entry(
        key.Label,
        key.Password,
        writer =>
        {
            writer.WriteOctetString(key.Id.Span);
            writer.WriteNamedBitList(key.Usages);
            writer.WriteNamedBitList(KeyAccess.Sensitive | KeyAccess.NeverExtractable);
            if (key.KeyReference is { } reference)
                writer.WriteInteger(reference);
        },
        writer =>
        {
            WritePath(writer, key.FileId, length);
            writer.WriteInteger(key.ModulusBits);
        });

    static byte[] PublicKey(Pkcs15PublicKey key, int length) => Entry(
        key.Label,
        password: null,
        writer =>
        {
            writer.WriteOctetString(key.Id.Span);
            writer.WriteNamedBitList(key.Usages);
        },
        writer =>
        {
            WritePath(writer, key.FileId, length);
            writer.WriteInteger(key.ModulusBits);
        });

    static byte[] Certificate(Pkcs15Certificate certificate, int length) => Entry(
        certificate.Label,
        password: null,
        writer =>
        {
            writer.WriteOctetString(certificate.Id.Span);
            // DER leaves out what is the default: FALSE.
            if (certificate.IsAuthority)
                writer.WriteBoolean(true);
        },
        writer => WritePath(writer, certificate.FileId, length));

    // The type attributes of an opaque object are its path, without a sequence around it.
    static byte[] Data(Pkcs15Data data, int length) => Encode(writer =>
    {
        WriteCommonAttributes(writer, data.Label, data.Password);
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, data.Application);
        using (writer.PushSequence(ConstructedContext1))
            WritePath(writer, data.FileId, length);
    });

    static byte[] PinObject(
        string label, byte reference, byte? unblockedBy, PinFlags flags, PasswordRules rules, PasswordCoding coding) => Entry(
        label,
        unblockedBy,
        writer => writer.WriteOctetString([reference]),
        writer =>
        {
            flags |= PinFlags.CaseSensitive | PinFlags.Initialized | (coding.StoredLength > 0 ? PinFlags.NeedsPadding : PinFlags.None);
            writer.WriteNamedBitList(flags);
            writer.WriteEnumeratedValue(PinType.AsciiNumeric);
            writer.WriteInteger(rules.MinLength);
            writer.WriteInteger(coding.StoredLength > 0 ? coding.StoredLength : rules.MaxLength);
            writer.WriteInteger(rules.MaxLength);
            writer.WriteInteger(reference, Context0);
            if (coding.StoredLength > 0)
                writer.WriteOctetString([coding.Pad]);
        },
        isPrivate: false);

    // PKCS15Object: common object attributes, attributes of the class, and under [1] those of the type.
    static byte[] Entry(
        string label,
        byte? password,
        Action<AsnWriter> classAttributes,
        Action<AsnWriter> typeAttributes,
        bool isPrivate = true) => Encode(writer =>
    {
        WriteCommonAttributes(writer, label, password, isPrivate);
        using (writer.PushSequence())
            classAttributes(writer);
        using (writer.PushSequence(ConstructedContext1))
        using (writer.PushSequence())
            typeAttributes(writer);
    });

    // authId is the password that opens the object; of a password, the code that unblocks it.
    static void WriteCommonAttributes(AsnWriter writer, string label, byte? password, bool isPrivate = true)
    {
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, label);
            if (password is not { } reference)
                return;
            if (isPrivate)
                writer.WriteNamedBitList(ObjectFlags.Private);
            writer.WriteOctetString([reference]);
        }
    }

    // Path ::= SEQUENCE { path, index OPTIONAL, length [0] OPTIONAL }; index and length come together.
    static void WritePath(AsnWriter writer, ushort fileId, int? length)
    {
        using (writer.PushSequence())
        {
            const ushort Application = Pkcs15Application.ApplicationFileId;
            writer.WriteOctetString([0x3F, 0x00, Application >> 8, Application & 0xFF, (byte)(fileId >> 8), (byte)fileId]);
            if (length is not { } bytes)
                return;
            writer.WriteInteger(0);
            writer.WriteInteger(bytes, Context0);
        }
    }

    static byte[] Encode(Action<AsnWriter> content)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            content(writer);
        return writer.Encode();
    }
}
