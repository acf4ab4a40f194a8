using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Profiles;
using PersoMesh.SmartCard.Commands;
using PersoMesh.VirtualCards;

namespace PersoMesh.Translator.Translation;

/// <summary>Makes and fills the image of a file-system card. Passwords are drawn, and commands made of the image, by Security.</summary>
public static class VirtualCardScriptBuilder
{
    const ushort SerialNumberFileId = 0x2F02;

    static readonly ushort[] Success = [0x9000];

    // A card without EF.GDO has no serial number that it tells; without a current EF there is nothing to read.
    static readonly ushort[] SuccessOrAbsent = [0x9000, 0x6A82, 0x6986, 0x6982];

    static readonly SecureChannelDescription NoChannel = new("none", null, 0, "", "", []);

    /// <summary>Reads the serial number (EF.GDO, ISO/IEC 7816-4 §8.2.1.2), then asks for the state of the master file.</summary>
    public static ChannelOpening Opening { get; } = new([], 0,
    [
        new(SelectCommands.FileById(SerialNumberFileId, SelectReturn.Nothing).ToArray(), SuccessOrAbsent, IsReading: true),
        new(BinaryCommands.Read(0, 256).ToArray(), SuccessOrAbsent, IsReading: true),
        new(SelectCommands.MasterFile(SelectReturn.Fcp).ToArray(), Success, IsReading: true),
    ]);

    /// <summary>Builds the script of one card.</summary>
    /// <exception cref="RenderException">A field does not fit its file.</exception>
    public static PersonalizationScript Build(CardProfile profile, IReadOnlyDictionary<string, string> fields)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var chip = profile.FileSystem ?? throw new ArgumentException("The profile has no file system.", nameof(profile));
        var secrets = chip.Contents.Where(content => content.Secret.Count > 0).ToArray();
        using var draft = chip.CreateDraft(profile.Reference, fields, RandomNumberGenerator.Fill);
        return new PersonalizationScript
        {
            Channel = NoChannel,
            Commands = [],
            Secrets = [.. secrets.Select(content => new SecretDescription(
                $"file {content.Path}", [.. content.Secret.Select(part => SecretSources.Describe(part.Resolve(fields)))]))],
            VirtualCard = new VirtualCardData
            {
                Agent = Describe(chip),
                TransportPassword = chip.TransportPassword.ToArray(),
                Draft = VirtualCardDraft.Encode(draft),
                Secrets = [.. secrets.Select((content, index) => new FileSecret(content.Path.ToString(), index))],
                PinMailer = chip.PinMailer is { } letter ? Render(letter, fields) : null,
            },
        };
    }

    static CardAgentData Describe(FileSystemChip chip) => new(chip.Agent.Name, chip.Agent.Dialect.MaxCommandData, chip.Agent.Dialect.MaxResponseData,
        chip.Agent.Dialect.RecordsExistAtCreation, chip.Agent.Dialect.TransportReference, chip.Agent.Dialect.ResettingCodeOffset);

    static PinMailerData Render(PinLetter letter, IReadOnlyDictionary<string, string> fields) => new(letter.Password, letter.WithResettingCode, letter.Sender,
        [.. letter.Address.Select(line => line.Render(name => fields[name])).Where(line => line.Length > 0)],
        letter.CardNumber?.Render(name => fields[name]));
}
