using System.CommandLine;
using PersoMesh.FileSystemCard;
using PersoMesh.Pcsc;
using PersoMesh.Perso.Commands;
using PersoMesh.Profiles;
using PersoMesh.SmartCard;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Agents;

namespace PersoMesh.Perso.VirtualCards;

/// <summary>The card that an image is compared with: in a PC/SC reader, or a simulated one in a file.</summary>
sealed class CardUnderTest
{
    readonly Option<string?> _reader = new("--reader") { Description = "Name of the PC/SC reader with the card." };
    readonly Option<string?> _simulated = new("--simulated-card") { Description = "File of a simulated card, as 'perso demo' keeps it, instead of --reader." };
    readonly Option<string?> _pinFile = new("--pin-file") { Description = "File with the card's PIN ('-' reads standard input): compare what it opens, too." };
    readonly Option<string> _profiles = new("--profiles") { Description = "Folder with card profiles.", DefaultValueFactory = _ => InstallFolder.Profiles };

    public void AddTo(Command command)
    {
        command.Options.Add(_reader);
        command.Options.Add(_simulated);
        command.Options.Add(_pinFile);
        command.Options.Add(_profiles);
    }

    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_reader) is not null || parsed.GetValue(_simulated) is not null;

    /// <summary>Compares a card with an image.</summary>
    /// <returns>All differences, and how many commands it took to look.</returns>
    /// <exception cref="UserErrorException">No card, or the PIN cannot be the card's.</exception>
    public async Task<(IReadOnlyList<CardFault> Differences, int Commands)> CompareAsync(ParseResult parsed, VirtualCard image, CancellationToken cancellationToken)
    {
        var profile = ProfileLibrary.Load(parsed.GetValue(_profiles)!).Get(image.Profile);
        var agent = profile.FileSystem?.Agent ?? throw new UserErrorException($"Profile {image.Profile} has no 'fileSystem'.");
        RecallPin(parsed, image, agent.Dialect.TransportReference);
        using var readBack = agent.CreateAgent().ReadBack(image);
        try
        {
            if (parsed.GetValue(_simulated) is { } file)
            {
                await using var stream = File.OpenRead(file);
                return (await new CardScriptRunner(new SimulatedChannel(SimulatedFileSystemCard.Load(stream))).CompareAsync(readBack, cancellationToken), readBack.Steps.Count);
            }

            var reader = parsed.GetValue(_reader) ?? throw new UserErrorException("Name the card: --reader NAME, or --simulated-card FILE.");
            await using var card = await PcscCard.ConnectAsync(reader, PcscCardOptions.Default, cancellationToken);
            var channel = new GetResponseChannel(card, card.TransmissionProtocol);
            return (await new CardScriptRunner(channel).CompareAsync(readBack, cancellationToken), readBack.Steps.Count);
        }
        catch (Exception e) when (e is PcscException or InvalidDataException)
        {
            throw new UserErrorException(e.Message, e);
        }
    }

    void RecallPin(ParseResult parsed, VirtualCard image, byte reference)
    {
        // Without the PIN nothing is verified: a try is spent only on a PIN that the caller brings.
        image.ForgetPasswords();
        if (parsed.GetValue(_pinFile) is not { } file)
            return;
        var pin = SealedImages.ReadSecret(file);
        var fault = image.RecallPassword(reference, pin);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(pin);
        if (fault is not null)
            throw new UserErrorException($"The PIN cannot be this card's: {fault}.");
    }

    sealed class SimulatedChannel(SimulatedFileSystemCard card) : ICardChannel
    {
        public ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken) =>
            ResponseApdu.TryParse(card.Transmit(command.ToArray()), out var response)
                ? ValueTask.FromResult(response)
                : throw new InvalidDataException("The simulated card gave an answer without a status word.");
    }
}
