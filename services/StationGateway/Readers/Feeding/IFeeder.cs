using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers.Feeding;

/// <summary>
/// What brings cards to one reader and takes them away: a machine, or a person. Every verb may be repeated: feeding while a blank is in place
/// changes nothing, and neither does stacking when there is no card.
/// </summary>
public interface IFeeder
{
    /// <summary>True when nobody has to lend a hand: after <see cref="StackAsync"/> the card is out of the reader.</summary>
    bool IsAutomatic { get; }

    /// <summary>Brings the next blank card into the reader, or has it brought.</summary>
    /// <returns>False when the magazine is empty.</returns>
    /// <exception cref="FeederException">The machine cannot.</exception>
    ValueTask<bool> FeedAsync(CancellationToken cancellationToken);

    /// <summary>Tells which blank it will feed next.</summary>
    /// <returns>Null when it does not know.</returns>
    /// <exception cref="FeederException">The machine does not answer, or not to this.</exception>
    ValueTask<BlankForecast?> PeekAsync(CancellationToken cancellationToken) => ValueTask.FromResult<BlankForecast?>(null);

    /// <summary>Turns the card over, for its other side.</summary>
    /// <exception cref="FeederException">The machine cannot.</exception>
    ValueTask FlipAsync(CancellationToken cancellationToken);

    /// <summary>Takes the card to the pile of its verdict.</summary>
    /// <exception cref="FeederException">The machine cannot.</exception>
    ValueTask StackAsync(Verdict verdict, CancellationToken cancellationToken);
}

/// <summary>A feeding machine does not do what it was told. The message says what it says and what to do.</summary>
public sealed class FeederException(string message, Exception? inner = null) : Exception(message, inner);
