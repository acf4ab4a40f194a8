using System.ComponentModel.DataAnnotations;

namespace PersoMesh.Controller;

/// <summary>Settings of the Controller: section <c>Controller</c>.</summary>
public sealed class ControllerOptions
{
    /// <summary>How long a station that waits for a card may say nothing: longer than its ReminderInterval.</summary>
    public TimeSpan WaitingTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a station may take to open a card and answer.</summary>
    public TimeSpan OpeningTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a card object may wait at a station for a blank that is not there yet; after that it goes back.</summary>
    public TimeSpan PrefetchTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long Security may take to protect a script or verify answers.</summary>
    public TimeSpan SecurityTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a station may take to program a card.</summary>
    public TimeSpan ProgrammingTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a station may take to carry out a verdict.</summary>
    public TimeSpan CompletionTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Wrong card cryptograms in a row after which a pool gets no more cards: wrong keys must not cost a stack of cards.</summary>
    [Range(1, 1000)]
    public int WrongCryptogramBudget { get; init; } = 5;
}
