using System.ComponentModel.DataAnnotations;

namespace PersoMesh.StationGateway;

/// <summary>Settings of the Station Gateway: section <c>StationGateway</c>.</summary>
public sealed class StationGatewayOptions
{
    /// <summary>The stations that this process runs.</summary>
    public IReadOnlyList<StationOptions> Stations { get; init; } = [];

    /// <summary>Where virtual stations put what they would do to the cards; null for nowhere.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>Also keep the simulated cards themselves there, so that they can be read later.</summary>
    public bool KeepSimulatedCards { get; init; }

    /// <summary>After how long a station that was given no card says again that it waits.</summary>
    public TimeSpan ReminderInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Folder of the journals, one file for each reader: what lets a session be reported that was under way when the process died. Null keeps
    /// journals in memory, for virtual readers only.
    /// </summary>
    public string? JournalFolder { get; init; }

    /// <summary>How long a stop waits for cards in work.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>File with the keys of simulated blank cards; the demonstration's own.</summary>
    public string? DemoKeyFile { get; init; }
}

/// <summary>One station.</summary>
public sealed class StationOptions
{
    /// <summary>Name, unique in the mesh; its queue is <c>station-NAME</c>.</summary>
    [Required, RegularExpression("^[a-z0-9-]{1,60}$", ErrorMessage = "A station's name has lower-case letters, digits and hyphens.")]
    public required string Name { get; init; }

    /// <summary>Which kind of card the station has.</summary>
    [Required]
    public required string Pool { get; init; }

    /// <summary>What its readers are.</summary>
    public ReaderKind Kind { get; init; }

    /// <summary>PC/SC: names of its readers, with <c>*</c> for any characters and <c>?</c> for any one. Each reader goes to the first station that it fits.</summary>
    public string ReaderPattern { get; init; } = "*";

    /// <summary>PC/SC: answers to reset of the cards that it takes, hexadecimal with <c>?</c> and <c>*</c>; empty for any card.</summary>
    public IReadOnlyList<string> Atrs { get; init; } = [];

    /// <summary>PC/SC: what feeds its readers: <c>manual</c>, or <c>tcp://HOST:PORT</c> of a feeding machine.</summary>
    public string Feeder { get; init; } = "manual";

    /// <summary>Virtual: number of readers.</summary>
    [Range(1, 100)]
    public int Readers { get; init; } = 1;

    /// <summary>Virtual: simulated card product in its readers.</summary>
    public string? Product { get; init; }

    /// <summary>Blank cards in its magazine; 0 = without end.</summary>
    public int Blanks { get; init; }

    /// <summary>Time a simulated card takes for each command.</summary>
    public TimeSpan ApduDelay { get; init; }

    /// <summary>Faults of the simulated cards; null for none.</summary>
    public FaultOptions? Faults { get; init; }

    /// <summary>Ask for the next card object while a card is in work, so that it is there when its card is.</summary>
    public bool Prefetch { get; init; } = true;

    /// <summary>
    /// The feeding machine can tell which blank comes next (order <c>PEEK</c>): cards with pseudo-random challenges then have their whole script
    /// at the station before they are opened. Virtual: the magazine's order is known.
    /// </summary>
    public bool IdentifiesBlanks { get; init; }

    /// <summary>The feeding machine; null when an operator feeds.</summary>
    internal Uri? FeederAddress => Feeder == "manual" ? null : new Uri(Feeder);

    /// <summary>What is wrong with the settings; null for nothing.</summary>
    internal string? Fault => this switch
    {
        { Kind: ReaderKind.Virtual, Product: null } => $"Station '{Name}' has virtual readers and no Product: name one, such as emv-demo.",
        { Feeder: not "manual" } when !Uri.TryCreate(Feeder, UriKind.Absolute, out var address) || address is not { Scheme: "tcp", Port: > 0 } =>
            $"Station '{Name}': Feeder is '{Feeder}'; it must be 'manual' or 'tcp://HOST:PORT'.",
        _ => null,
    };
}

/// <summary>What a station's readers are.</summary>
public enum ReaderKind
{
    /// <summary>Simulated, with simulated cards, in this process.</summary>
    Virtual,

    /// <summary>The machine's PC/SC readers.</summary>
    Pcsc,
}

/// <summary>Which simulated cards misbehave, and how. Every Nth blank of a reader; 0 = never.</summary>
public sealed class FaultOptions
{
    /// <summary>Every Nth card answers INITIALIZE UPDATE with a wrong cryptogram.</summary>
    public int WrongCryptogramEvery { get; init; }

    /// <summary>Every Nth card is pulled out after <see cref="PullOutAfterApdus"/> commands.</summary>
    public int PullOutEvery { get; init; }

    /// <summary>Commands that a card which is pulled out still answers.</summary>
    public int PullOutAfterApdus { get; init; } = 5;

    /// <summary>With every Nth file-system card the contact is lost once, after <see cref="LoseContactAfterApdus"/> commands; the card stays in its reader.</summary>
    public int LoseContactEvery { get; init; }

    /// <summary>Commands that such a card answers before.</summary>
    public int LoseContactAfterApdus { get; init; } = 5;

    /// <summary>The command at which the contact is lost is still carried out; only its answer is lost.</summary>
    public bool LoseContactAfterExecution { get; init; }

    /// <summary>Every Nth card has no memory left at its second STORE DATA.</summary>
    public int MemoryFullEvery { get; init; }
}
