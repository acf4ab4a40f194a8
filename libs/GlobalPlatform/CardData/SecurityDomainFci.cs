using System.Diagnostics.CodeAnalysis;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.GlobalPlatform;

/// <summary>What a security domain answers to SELECT (GPC 2.3.1 table 11-82). Holds copies.</summary>
public sealed class SecurityDomainFci
{
    SecurityDomainFci(ReadOnlySpan<byte> aid) => Aid = aid.ToArray();

    /// <summary>Full AID of the security domain (tag 84): what a pseudo-random card challenge is made of.</summary>
    public ReadOnlyMemory<byte> Aid { get; }

    /// <summary>Maximum length in bytes of command data (tag 9F65), or null when the card does not say.</summary>
    public int? MaxCommandData { get; private init; }

    /// <summary>Application production life cycle data (tag 9F6E); empty when the card does not say.</summary>
    public ReadOnlyMemory<byte> ProductionLifeCycleData { get; private init; }

    /// <summary>Security domain management data (tag 73), or null when it is absent or not readable.</summary>
    public CardRecognitionData? ManagementData { get; private init; }

    /// <summary>Reads the response data of SELECT.</summary>
    /// <param name="data">Response data without status word: a template 6F.</param>
    /// <param name="fci">The content.</param>
    /// <returns>False when there is no template 6F with an AID.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out SecurityDomainFci? fci)
    {
        fci = null;
        if (!TlvReader.TryFind(data, out var aid, 0x6F, 0x84))
            return false;
        fci = new SecurityDomainFci(aid)
        {
            MaxCommandData = TlvReader.TryFind(data, out var max, 0x6F, 0xA5, 0x9F65) ? Number(max) : null,
            ProductionLifeCycleData = TlvReader.TryFind(data, out var life, 0x6F, 0xA5, 0x9F6E) ? life.ToArray() : default,
            ManagementData = TlvReader.TryFind(data, out var management, 0x6F, 0xA5, 0x73)
                && CardRecognitionData.TryParseContent(management, out var content)
                ? content
                : null,
        };
        return true;
    }

    /// <summary>Reads the response data of SELECT; the throwing form of <see cref="TryParse"/>.</summary>
    /// <param name="data">Response data without status word.</param>
    /// <exception cref="CardDataException">There is no template 6F with an AID.</exception>
    public static SecurityDomainFci Parse(ReadOnlySpan<byte> data) =>
        TryParse(data, out var fci)
            ? fci
            : throw new CardDataException("FCI", 0, "no template 6F with an AID (tag 84) in the answer to SELECT");

    static int? Number(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > 3)
            return null;
        var number = 0;
        foreach (var b in value)
            number = (number << 8) | b;
        return number;
    }
}
