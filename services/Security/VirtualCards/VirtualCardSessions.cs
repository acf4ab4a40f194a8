using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.Keys;
using PersoMesh.Sealing;
using PersoMesh.Security.Preparation;
using PersoMesh.SmartCard;
using PersoMesh.VirtualCards.Agents;

namespace PersoMesh.Security.VirtualCards;

/// <summary>A card is not the blank one that its script is for; nothing was sent to it.</summary>
sealed class CardNotBlankException(string reason) : Exception($"the card is not blank: {reason}");

/// <summary>
/// Sessions of file-system cards. They have no secure channel, so every command with content travels sealed to the station, and every answer with
/// content sealed back; one batch copies the whole image and reads back what the access conditions allow.
/// </summary>
sealed class VirtualCardSessions(ISecurityModule module, PayloadSealer sealer, PinMailerPost post, VirtualCardArchive archive)
{
    const int HeaderLength = 4;

    /// <summary>Prepares a card: passwords, secrets, the sealed image.</summary>
    /// <exception cref="SecretRefusedException">A secret or the PIN mailer cannot be made of what the card object brings.</exception>
    /// <exception cref="KeyNotFoundInModuleException">A key is missing.</exception>
    public PersonalizationScript Prepare(ISecuritySession session, PersonalizationScript script)
    {
        var card = script.VirtualCard!;
        using var image = VirtualCardIssuing.Issue(session, script);
        CryptographicOperations.ZeroMemory(card.Draft);
        try
        {
            if (card.PinMailer is { } letter)
                post.Check(letter, image);
            // A card that takes no such files is found here, not at a station.
            var agent = VirtualCardIssuing.CreateAgent(card.Agent);
            agent.Personalize(image, card.TransportPassword).Dispose();
            agent.ReadBack(image).Dispose();
        }
        catch (Exception e) when (e is PinMailers.PinMailerException or CardAgentException)
        {
            throw new SecretRefusedException(e is CardAgentException ? "fileSystem" : "pinMailer", e.Message, e);
        }

        var sealedImage = VirtualCardIssuing.Seal(session, image);
        return script with { Secrets = [], VirtualCard = card with { Draft = null, Secrets = [], SealedImage = sealedImage.ToArray() } };
    }

    /// <summary>Makes the commands that turn a blank card into the image's, and read it back.</summary>
    /// <exception cref="CardNotBlankException">The card in the reader is not blank.</exception>
    public ScriptProtected Protect(ProtectScript request, PersonalizationScript script)
    {
        using var session = module.OpenSession();
        var state = new VirtualCardState { Script = script, Sequence = 1 };
        using var work = CardWork.Begin(session, state);
        // Somebody's card must not lose a try of its password to the transport password.
        if (work.Steps[0].FaultIn(new ResponseApdu(request.InitializeUpdateResponse, StatusWords.Success)) is { } fault)
            throw new CardNotBlankException(fault);
        return Batch(session, request.SessionId, state, work.Steps);
    }

    /// <summary>
    /// Goes on with a card whose contact was lost, or that has proved how far it had come: with a proof, when it must be known whether the command was
    /// carried out; else with what restores the card's volatile state, all commands from there on, and the reading back.
    /// </summary>
    public ScriptProtected Resume(ResumeScript request)
    {
        using var session = module.OpenSession();
        var state = VirtualCardState.Open(session, request.SessionId, request.SealedChannel);
        VirtualCardState next;
        using (var work = CardWork.Begin(session, state))
        {
            next = state.IsProof
                ? work.Proved(state, request.Responses.Count, Fault(work.Steps, state, request.SessionId, request.Responses) is null)
                : work.Lost(state, request.Responses.Count);
        }

        using var nextWork = CardWork.Begin(session, next);
        return Batch(session, request.SessionId, next, nextWork.Steps);
    }

    /// <summary>Judges all answers against the image. When they prove the card good, its PIN mailer goes to the printer.</summary>
    /// <returns>What is wrong, with file and record or offset; null when nothing is.</returns>
    public async Task<string?> VerifyAsync(VerifyResponses request, CancellationToken cancellationToken)
    {
        using var session = module.OpenSession();
        var state = VirtualCardState.Open(session, request.SessionId, request.SealedChannel);
        using var work = CardWork.Begin(session, state);
        if (state.IsProof || request.Responses.Count != work.Steps.Count)
            return $"{request.Responses.Count} answers came to {work.Steps.Count} commands";
        if (Fault(work.Steps, state, request.SessionId, request.Responses) is { } fault)
            return fault;
        if (state.Script.VirtualCard!.PinMailer is { } letter)
            await post.WriteAsync(session, letter, work.Image, cancellationToken);
        await archive.KeepAsync(session, work.Image, cancellationToken);
        return null;
    }

    ScriptProtected Batch(ISecuritySession session, Guid sessionId, VirtualCardState state, IReadOnlyList<CardStep> steps) => new(
        sessionId, [.. steps.Select((step, index) => Command(step, state.Subject(sessionId, index)))], state.Seal(session, sessionId),
        Sequence: state.Sequence, MayResume: true, IsProof: state.IsProof);

    static bool IsSealed(CardStep step) => step.IsSecret || step.Purpose is CardStepPurpose.Write or CardStepPurpose.Read;

    CardCommand Command(CardStep step, string subject)
    {
        var apdu = step.Command.ToArray();
        var isReading = step.Purpose is CardStepPurpose.Check or CardStepPurpose.Authenticate or CardStepPurpose.Select or CardStepPurpose.Read;
        if (!IsSealed(step))
            return new(apdu, step.Expected, null, step.Where, isReading);
        var payload = sealer.Seal("apdu", subject, apdu);
        var header = apdu[..HeaderLength];
        CryptographicOperations.ZeroMemory(apdu);
        return new(header, step.Expected, payload, step.Where, isReading);
    }

    string? Fault(IReadOnlyList<CardStep> steps, VirtualCardState state, Guid sessionId, IReadOnlyList<byte[]> answers) =>
        steps.Zip(answers).Select((pair, index) => Fault(pair.First, state.Subject(sessionId, index), pair.Second)).FirstOrDefault(fault => fault is not null);

    string? Fault(CardStep step, string subject, byte[] answer)
    {
        if (!ResponseApdu.TryParse(answer, out var response))
            return $"{step.Where}: an answer without a status word";
        if (!IsSealed(step) || response.Data.IsEmpty)
            return step.FaultIn(response) is { } clear ? $"{step.Where}: {clear}" : null;
        var data = sealer.Open("answer", subject, response.Data.Span);
        var fault = step.FaultIn(new ResponseApdu(data, response.StatusWord));
        CryptographicOperations.ZeroMemory(data);
        return fault is null ? null : $"{step.Where}: {fault}";
    }
}
