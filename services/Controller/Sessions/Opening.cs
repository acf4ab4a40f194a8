using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.GlobalPlatform;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Controller.Sessions;

/// <summary>
/// The commands that open every session: SELECT the security domain, identify the chip, INITIALIZE UPDATE; or what Translator gives for a card
/// without a secure channel, with the same order: the second identifies the chip, the last is for Security.
/// </summary>
static class Opening
{
    /// <summary>Length in bytes of the host challenge (GPC 2.3.1 §E.5.1.3; Amendment D §7.1.1 with S8).</summary>
    public const int HostChallengeLength = 8;

    const int IdentityIndex = 1;
    const int InitializeUpdateIndex = 2;

    // Card data of EF.GDO: application PAN, here the chip's serial number (ISO/IEC 7816-4 §8.2.1.2, 7816-6).
    const byte SerialNumberTag = 0x5A;

    static readonly ushort[] Success = [0x9000];

    // A card without CPLC is told apart by its key diversification data.
    static readonly ushort[] SuccessOrAbsent = [0x9000, 0x6A88, 0x6A81, 0x6D00];

    public static IReadOnlyList<CardCommand> Commands(ChannelOpening opening, byte[] hostChallenge) => opening.Commands ??
    [
        new(new CommandApdu(0x00, 0xA4, 0x04, 0x00, opening.SecurityDomain, 256).ToArray(), Success),
        new(new CommandApdu(0x80, 0xCA, 0x9F, 0x7F, ne: 256).ToArray(), SuccessOrAbsent),
        new(InitializeUpdate.Command(opening.KeyVersion, hostChallenge).ToArray(), Success),
    ];

    /// <summary>The answer to INITIALIZE UPDATE, or the last one of another opening, without its status word.</summary>
    public static byte[] InitializeUpdateResponse(IReadOnlyList<byte[]> responses) => responses[^1][..^2];

    /// <summary>The chip's serial number from its CPLC, else its key diversification data, or from EF.GDO; hexadecimal.</summary>
    public static string? ReadSerial(IReadOnlyList<SentCommand> sent, IReadOnlyList<byte[]> responses)
    {
        var identity = responses[IdentityIndex].AsSpan()[..^2];
        if (sent[^1].Header.StartsWith("8050", StringComparison.Ordinal))
        {
            return ProductionLifeCycle.TryParse(identity, out var lifeCycle) ? Convert.ToHexString(lifeCycle.ChipIdentifier)
                : responses[InitializeUpdateIndex].Length >= 12 ? Convert.ToHexString(responses[InitializeUpdateIndex], 0, 10) : null;
        }

        var reader = new TlvReader(identity);
        return reader.TryRead(out var element) && element.Tag == SerialNumberTag ? Convert.ToHexString(element.Value) : null;
    }
}
