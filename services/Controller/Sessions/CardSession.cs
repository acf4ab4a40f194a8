using System.Text.Json.Serialization;
using MassTransit;
using PersoMesh.Contracts.Session;
using PersoMesh.PostgresSagas;

namespace PersoMesh.Controller.Sessions;

/// <summary>State of one session: one attempt to put one card object on one physical card. Holds no secret and no card data in clear.</summary>
public sealed class CardSession : SagaStateMachineInstance, ISagaDeadline
{
    /// <summary>The session's identifier, chosen by the station.</summary>
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public string Station { get; set; } = "";

    public string Reader { get; set; } = "";

    public string Pool { get; set; } = "";

    public Guid JobId { get; set; }

    public string JobName { get; set; } = "";

    public string Profile { get; set; } = "";

    /// <summary>Empty while the session waits for a card object.</summary>
    public string CardObjectId { get; set; } = "";

    public int Attempt { get; set; }

    public DateTimeOffset Started { get; set; }

    public byte[] HostChallenge { get; set; } = [];

    /// <summary>No blank is there yet, as far as the station has said.</summary>
    public bool IsAhead { get; set; }

    /// <summary>Which blank it will be, while its answer to the opening is foreseen; null otherwise.</summary>
    public BlankForecast? Blank { get; set; }

    /// <summary>The whole script is at the station, or on its way: silence no longer means that nothing was written.</summary>
    public bool HasForeseenScript { get; set; }

    /// <summary>No blank came for it: the card object goes back as if it had not been given.</summary>
    public bool IsUnused { get; set; }

    public string? CardSerial { get; set; }

    /// <summary>What the opening's commands were, when those of the script went with them.</summary>
    public IReadOnlyList<SentCommand> Opened { get; set; } = [];

    /// <summary>What the commands under way were, for judging their answers.</summary>
    public IReadOnlyList<SentCommand> Sent { get; set; } = [];

    public byte[]? SealedChannel { get; set; }

    public int ApduCount { get; set; }

    /// <summary>Number of the batch that the station was sent last, from 1; 0 before the first.</summary>
    public int Sequence { get; set; }

    /// <summary>The session can go on when the contact to the card is lost.</summary>
    public bool MayResume { get; set; }

    /// <summary>The batch under way only finds out what the card had done when the contact was lost.</summary>
    public bool IsProof { get; set; }

    /// <summary>The contact to the card was lost, and the session is to go on, or goes on: what becomes of the card if it cannot.</summary>
    public LostContact? LostContact { get; set; }

    /// <summary>What was judged just now: Security is to be asked how to go on with the card.</summary>
    [JsonIgnore]
    public bool MustResume { get; set; }

    public Verdict Verdict { get; set; }

    public string Reason { get; set; } = "";

    public TimeSpan Duration { get; set; }

    /// <summary>The station has said what became of the last batch: an unresolved verdict is then for an operator, not for the station's journal.</summary>
    public bool IsJournalHeard { get; set; }

    /// <summary>All that is missing is the station's word that it has carried out a good verdict.</summary>
    public bool IsGoodButUnacknowledged { get; set; }

    /// <summary>The verdict is unresolved because the station was silent, so it may yet be resolved.</summary>
    [JsonIgnore]
    public bool IsOpen => Verdict == Verdict.Unresolved && !IsJournalHeard;

    /// <summary>The outcome was told to the dispatcher and the issuer; one that changes it settles an unresolved card object.</summary>
    public bool WasReported { get; set; }

    /// <inheritdoc />
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>A reason was found why this session does not end with a good card.</summary>
    [JsonIgnore]
    public bool HasFailed => Verdict != Verdict.Good;
}

/// <summary>A contact that was lost.</summary>
/// <param name="Times">How often in this session.</param>
/// <param name="Verdict">The verdict if the session ended there.</param>
/// <param name="Reason">Its reason.</param>
public sealed record LostContact(int Times, Verdict Verdict, string Reason);

/// <summary>What is kept of a command that was sent.</summary>
/// <param name="Header">The four header bytes, hexadecimal.</param>
/// <param name="Expected">Status words that let the batch go on.</param>
/// <param name="Place">File, and record or offset; null when nobody said.</param>
/// <param name="IsReading">True when it cannot change the card.</param>
public sealed record SentCommand(string Header, IReadOnlyList<ushort> Expected, string? Place = null, bool IsReading = false);

/// <summary>How sessions are kept in the database, made at build time.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CardSession))]
sealed partial class CardSessionJson : JsonSerializerContext;
