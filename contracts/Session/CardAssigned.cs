namespace PersoMesh.Contracts.Session;

/// <summary>Controller to a station's queue: this card object goes onto the card in that reader.</summary>
public sealed record CardAssigned
{
    /// <summary>The session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The reader that has the card.</summary>
    public required string Reader { get; init; }

    /// <summary>The card object.</summary>
    public required string CardObjectId { get; init; }

    /// <summary>The job's name, for displays and traces.</summary>
    public required string Job { get; init; }

    /// <summary>Exact profile, for displays and traces.</summary>
    public required string Profile { get; init; }

    /// <summary>Data for the other modules, sealed (purpose <c>modules</c>, subject = card object identifier).</summary>
    public required byte[] SealedModules { get; init; }

    /// <summary>Commands that open the session: select, identify, INITIALIZE UPDATE.</summary>
    public required IReadOnlyList<CardCommand> Opening { get; init; }

    /// <summary>The whole script, when the card's answer to the opening could be foreseen; null otherwise.</summary>
    public ForeseenScript? Script { get; init; }
}

/// <summary>A protected script for a card whose answer to INITIALIZE UPDATE was computed before it gave it.</summary>
/// <param name="OpeningDigest">
/// SHA-256 of that answer without its status word; the card's cryptogram is in it. To a card that answers anything else none of the commands may
/// be sent: the station asks with <see cref="ProgrammingRequested"/>.
/// </param>
/// <param name="Commands">As in <see cref="CommandBatch"/>; they are the batch with sequence 1.</param>
/// <param name="IsGoodWhenDone">As in <see cref="CommandBatch"/>.</param>
public sealed record ForeseenScript(byte[] OpeningDigest, IReadOnlyList<CardCommand> Commands, bool IsGoodWhenDone);

/// <summary>A command for a card and the answers that let the batch go on.</summary>
/// <param name="Apdu">The encoded command APDU; its four header bytes only when <paramref name="SealedApdu"/> is there.</param>
/// <param name="Expected">Status words that the card must return; the station stops at the first other one.</param>
/// <param name="SealedApdu">
/// For a card without a secure channel: the encoded command APDU, sealed (purpose <c>apdu</c>, subject = session identifier, '/', number of the
/// batch, '/', number of the command in its batch from 0). The station opens it in memory just before it goes to the card, and seals the answer's data in turn (purpose
/// <c>answer</c>, same subject): what it returns and journals is the sealed data, if there are any, and the status word in clear.
/// </param>
/// <param name="Place">What the command is about, for reports: file, and record or offset; null when its header says enough.</param>
/// <param name="IsReading">True when the command cannot change the card.</param>
public sealed record CardCommand(
    byte[] Apdu, IReadOnlyList<ushort> Expected, byte[]? SealedApdu = null, string? Place = null, bool IsReading = false);

/// <summary>Station to Controller: what the card answered to the opening.</summary>
public sealed record ProgrammingRequested
{
    /// <summary>The session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The answers.</summary>
    public required BatchOutcome Outcome { get; init; }
}

/// <summary>What became of a command batch in a reader.</summary>
/// <param name="Responses">Encoded response APDUs, one per command that was answered.</param>
/// <param name="Fault">Why the batch stopped although the last answer was as expected, or before there was one; null otherwise.</param>
public sealed record BatchOutcome(IReadOnlyList<byte[]> Responses, CardFault? Fault = null);

/// <summary>What went wrong between station and card, apart from status words.</summary>
public enum CardFault
{
    /// <summary>The card was taken out.</summary>
    CardRemoved,

    /// <summary>The card does not answer.</summary>
    CardMute,

    /// <summary>The reader failed or is gone.</summary>
    ReaderFailed,

    /// <summary>The station lost power in the middle of the batch and does not know how far it came: any command may have been executed.</summary>
    OutcomeUnknown,

    /// <summary>
    /// The contact was lost at a command and found again: the card was not taken out, and was reset. Whether it carried out that command is not known.
    /// </summary>
    ContactLost,
}
