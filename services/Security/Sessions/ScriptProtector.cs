using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.Security.Preparation;
using PersoMesh.Security.VirtualCards;
using PersoMesh.SmartCard;

namespace PersoMesh.Security.Sessions;

/// <summary>Opens a session's secure channel in the HSM and protects its whole script at once.</summary>
sealed class ScriptProtector(ISecurityModule module, ScriptVault vault, VirtualCardSessions virtualCards)
{
    const int DiversificationDataLength = 10;
    static readonly ushort[] Success = [0x9000];

    /// <summary>Protects a script.</summary>
    /// <exception cref="CardCryptogramMismatchException">The card does not hold the profile's keys; nothing may be sent to it.</exception>
    /// <exception cref="SecureChannelException">The card speaks another protocol than the profile says, or not at the level.</exception>
    public ScriptProtected Protect(ProtectScript request)
    {
        var script = vault.OpenScript(request.CardObjectId, request.SealedScript);
        if (request.Foreseen is { } opening)
            return Foresee(request, opening, script);
        if (script.VirtualCard is not null)
            return virtualCards.Protect(request, script);
        using var session = module.OpenSession();
        var response = InitializeUpdateResponse.Parse(request.InitializeUpdateResponse);
        RefuseOtherProtocol(script.Channel, response);
        using var keys = new DiversifiedKeys(session, script.Channel.MasterKey, script.Channel.Diversification, response.KeyDiversificationData.Span);
        return Protect(session, keys, request, script, response);
    }

    // The station compares the digest with what its card answers. Not the answer itself: with its cryptogram anything could pass for the card.
    ScriptProtected Foresee(ProtectScript request, ForeseenOpening opening, PersonalizationScript script)
    {
        if (script.Channel is not { Implementation: { } implementation } channel
            || !Enum.TryParse<SecureChannelProtocol>(channel.Protocol, ignoreCase: true, out var protocol)
            || opening.Blank.KeyDiversificationData.Length != DiversificationDataLength)
        {
            throw new SecureChannelException("Profile and station do not say enough about the card to foresee its answers.");
        }

        using var session = module.OpenSession();
        using var keys = new DiversifiedKeys(session, channel.MasterKey, channel.Diversification, opening.Blank.KeyDiversificationData);
        var answer = InitializeUpdateForecast.Compute(keys.Keys, request.HostChallenge, new ExpectedCard(
            protocol, implementation, opening.KeyVersion, opening.Blank.KeyDiversificationData, opening.Blank.SequenceCounter, opening.SecurityDomain));
        return Protect(session, keys, request, script, InitializeUpdateResponse.Parse(answer)) with { OpeningDigest = SHA256.HashData(answer) };
    }

    static ScriptProtected Protect(
        ISecuritySession session, DiversifiedKeys keys, ProtectScript request, PersonalizationScript script, InitializeUpdateResponse response)
    {
        using var channel = SecureChannel.Open(keys.Keys, request.HostChallenge, response, (SecurityLevel)script.Channel.Level, Options(script.Channel));
        using var secrets = new SecretsInTransit(script.SealedSecrets is null ? [] : ScriptVault.OpenSecrets(session, request.CardObjectId, script.SealedSecrets), channel);
        List<CardCommand> commands = [new(channel.ExternalAuthenticate().ToArray(), Success)];
        foreach (var command in script.Commands)
            commands.Add(new CardCommand(channel.Wrap(Assemble(command, secrets)).Command.ToArray(), command.Expected));
        return new ScriptProtected(request.SessionId, commands, SealState(session, request, script.Channel, response, channel));
    }

    /// <summary>Verifies the answers to a protected script, EXTERNAL AUTHENTICATE first.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Verify(VerifyResponses request)
    {
        using var session = module.OpenSession();
        var state = ChannelStateEnvelope.Parse(ScriptVault.Open(session, "channel", request.SessionId.ToString(), request.SealedChannel));
        using var keys = new DiversifiedKeys(session, state.MasterKey, state.Diversification, state.DiversificationData);
        using var channel = SecureChannel.Resume(keys.Keys, state.Channel);
        if (request.Responses.Count != channel.PendingResponses + 1)
            return $"{request.Responses.Count} answers came to {channel.PendingResponses + 1} commands";
        try
        {
            foreach (var encoded in request.Responses.Skip(1))
            {
                if (!ResponseApdu.TryParse(encoded, out var response))
                    return "an answer without a status word";
                channel.Unwrap(response);
            }

            return null;
        }
        catch (ResponseMacMismatchException e)
        {
            return e.Message;
        }
    }

    static byte[]? SealState(ISecuritySession session, ProtectScript request, SecureChannelDescription description, InitializeUpdateResponse response, SecureChannel channel)
    {
        if (!channel.Level.HasFlag(SecurityLevel.RMac))
            return null;
        var envelope = new ChannelStateEnvelope(description.MasterKey, description.Diversification, response.KeyDiversificationData.ToArray(), channel.SaveState());
        return ScriptVault.Seal(session, "channel", request.SessionId.ToString(), envelope.ToArray());
    }

    static CommandApdu Assemble(ScriptCommand command, SecretsInTransit secrets)
    {
        var data = new byte[command.Data.Sum(part => part.Clear?.Length ?? part.Length)];
        var at = 0;
        foreach (var part in command.Data)
        {
            var piece = part.Clear ?? secrets.Piece(part);
            piece.CopyTo(data.AsMemory(at));
            at += piece.Length;
        }

        return new CommandApdu(command.Cla, command.Ins, command.P1, command.P2, data, command.Ne);
    }

    static void RefuseOtherProtocol(SecureChannelDescription channel, InitializeUpdateResponse response)
    {
        if (!string.Equals(response.Protocol.ToString(), channel.Protocol, StringComparison.OrdinalIgnoreCase))
            throw new SecureChannelException($"The card speaks {response.Protocol.ToString().ToUpperInvariant()}, the profile says {channel.Protocol}: another kind of card is in the reader.");
    }

    static SecureChannelOptions Options(SecureChannelDescription channel)
    {
        var options = new SecureChannelOptions { Quirks = channel.Quirks.Aggregate(CardQuirks.None, (all, name) => all | Quirk(name)) };
        return channel.Implementation is { } i ? options with { Scp02Implementation = i } : options;
    }

    static CardQuirks Quirk(string name) => CardQuirkNames.TryParse(name, out var quirk)
        ? quirk
        : throw new SecureChannelException($"The card quirk '{name}' is not known: the Translator is newer than this Security service.");
}
