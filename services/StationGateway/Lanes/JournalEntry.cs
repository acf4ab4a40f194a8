using System.Text.Json.Serialization;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>What a line of the journal notes.</summary>
enum JournalStep
{
    /// <summary>A blank card waits under this session.</summary>
    Waiting,

    /// <summary>It waits no longer, and is still a blank; or the session was booked and no blank will come for it.</summary>
    Withdrawn,

    /// <summary>The card after this one will have this session.</summary>
    Booked,

    /// <summary>A card object was assigned to it.</summary>
    Assigned,

    /// <summary>The commands of a batch are about to be sent; sequence 0 is the opening, which changes nothing on the card.</summary>
    Began,

    /// <summary>The card answered the next command of the batch.</summary>
    Answered,

    /// <summary>The batch has ended.</summary>
    Ended,

    /// <summary>No further command of this session may reach the card.</summary>
    Closed,

    /// <summary>The verdict was carried out.</summary>
    Finished,

    /// <summary>The Controller knows of a card that was good when done.</summary>
    Heard,
}

/// <summary>A line of the journal. Holds the card's answers, never a command; card data only sealed.</summary>
sealed record JournalEntry
{
    public required JournalStep Step { get; init; }

    public required Guid Session { get; init; }

    public CardInWork? Card { get; init; }

    public int Sequence { get; init; }

    /// <summary>Commands of the batch.</summary>
    public int Commands { get; init; }

    public byte[]? Response { get; init; }

    public CardFault? Fault { get; init; }

    /// <summary>True when the card was good when done: the Controller does not know of it yet.</summary>
    public bool? IsUnheard { get; init; }

    /// <summary>The machine's start during which the batch began: what it wrote after that is trusted only while it has not stopped since.</summary>
    public string? Boot { get; init; }
}

/// <summary>The card object in a reader, as far as the verdict needs it.</summary>
/// <param name="CardObjectId">The card object.</param>
/// <param name="Job">Its job's name.</param>
/// <param name="Profile">Its exact profile.</param>
/// <param name="SealedModules">Data for the other modules, as sealed by who made them.</param>
public sealed record CardInWork(string CardObjectId, string Job, string Profile, byte[] SealedModules);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalEntry))]
sealed partial class JournalJson : JsonSerializerContext;
