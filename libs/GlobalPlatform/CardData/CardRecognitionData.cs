using System.Diagnostics.CodeAnalysis;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>A secure channel protocol that a card offers.</summary>
/// <param name="Protocol">Protocol number: 02, 03; 80 and 81 for the over-the-air ones.</param>
/// <param name="Implementation">The parameter i.</param>
public readonly record struct OfferedProtocol(byte Protocol, byte Implementation);

/// <summary>Card data, GET DATA 0066, with card recognition data in it (GPC 2.3.1 §H.2).</summary>
public sealed class CardRecognitionData
{
    // 1.2.840.114283, the root of GlobalPlatform, as the content of an object identifier.
    static ReadOnlySpan<byte> Root => [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B];

    CardRecognitionData(string? version, IReadOnlyList<OfferedProtocol> protocols) => (Version, Protocols) = (version, protocols);

    /// <summary>
    /// Version of the GlobalPlatform card specification that the card follows, as <c>2.2.1</c>; null when the card does not say.
    /// </summary>
    public string? Version { get; }

    /// <summary>The secure channel protocols, in the card's order. The i of SCP02 is nowhere else to be had.</summary>
    public IReadOnlyList<OfferedProtocol> Protocols { get; }

    /// <summary>Reads the response data of GET DATA 0066.</summary>
    /// <param name="data">Response data without status word: 66 with 73 in it.</param>
    /// <param name="cardData">The content.</param>
    /// <returns>False when it is something else.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out CardRecognitionData? cardData)
    {
        cardData = null;
        return TlvReader.TryFind(data, out var content, 0x66, 0x73) && TryParseContent(content, out cardData);
    }

    /// <summary>Reads the response data of GET DATA 0066; the throwing form of <see cref="TryParse"/>.</summary>
    /// <param name="data">Response data without status word.</param>
    /// <exception cref="CardDataException">There is no template 73 in a template 66, or it is malformed.</exception>
    public static CardRecognitionData Parse(ReadOnlySpan<byte> data) => TryParse(data, out var cardData)
        ? cardData
        : throw new CardDataException("card data", 0, "no readable card recognition data (tag 73 in tag 66)");

    /// <summary>The protocol's parameter i, when the card offers it in exactly one form.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <returns>Null when it is not offered, or in several forms.</returns>
    public byte? ImplementationOf(SecureChannelProtocol protocol)
    {
        var forms = Protocols.Where(p => p.Protocol == (byte)protocol).Select(p => p.Implementation).Distinct().ToList();
        return forms.Count == 1 ? forms[0] : null;
    }

    internal static bool TryParseContent(ReadOnlySpan<byte> content, [NotNullWhen(true)] out CardRecognitionData? cardData)
    {
        cardData = null;
        string? version = null;
        var protocols = new List<OfferedProtocol>();
        var reader = new TlvReader(content);
        while (reader.TryRead(out var item))
        {
            if (!TlvReader.TryFind(item.Value, out var identifier, 0x06) || !identifier.StartsWith(Root))
                continue;
            var rest = identifier[Root.Length..];
            if (item.Tag == 0x60 && rest.Length > 1 && rest[0] == 2)
                version = string.Join('.', rest[1..].ToArray());
            if (item.Tag == 0x64 && rest.Length == 3 && rest[0] == 4)
                protocols.Add(new OfferedProtocol(rest[1], rest[2]));
        }

        if (reader.Error is not null)
            return false;
        cardData = new CardRecognitionData(version, protocols);
        return true;
    }
}
