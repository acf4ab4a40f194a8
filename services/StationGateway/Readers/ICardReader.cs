using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers;

/// <summary>A place where a card sits, with what feeds it. Used by one lane at a time.</summary>
public interface ICardReader
{
    /// <summary>Name, unique in its station.</summary>
    string Name { get; }

    /// <summary>What somebody should do at this reader now; null for nothing.</summary>
    string? Instruction => null;

    /// <summary>True when a card is out of the reader once <see cref="EjectAsync"/> has returned; false where an operator takes it out.</summary>
    bool TakesCardsAway => true;

    /// <summary>After a restart, before anything else: says whether a card that is in the reader has had a session and must not pass for a blank.</summary>
    void Recover(bool hasUsedCard)
    {
    }

    /// <summary>Waits for the next blank card and powers it.</summary>
    /// <returns>Its answer to reset, or null when there are no more cards.</returns>
    ValueTask<byte[]?> NextCardAsync(CancellationToken cancellationToken);

    /// <summary>Tells which blank will come next, without bringing it.</summary>
    /// <returns>Null when that is not known.</returns>
    ValueTask<BlankForecast?> PeekAsync(CancellationToken cancellationToken) => ValueTask.FromResult<BlankForecast?>(null);

    /// <summary>Sends one command APDU.</summary>
    /// <param name="command">Encoded command; stays the caller's.</param>
    /// <param name="cancellationToken">Gives up waiting; the card may have received the command.</param>
    /// <returns>Encoded response; the caller's.</returns>
    /// <exception cref="CardFaultException">The card or the reader is gone or silent.</exception>
    ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken);

    /// <summary>After <see cref="CardFault.CardMute"/>: resets the card, if it answers again and was not taken out meanwhile.</summary>
    /// <returns>True when the same card is there, without anything that it remembered of its session.</returns>
    ValueTask<bool> TryRegainContactAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Lets go of the card without a verdict: it was taken out before any command reached it, or the gateway stops.</summary>
    ValueTask ForgetCardAsync() => ValueTask.CompletedTask;

    /// <summary>Turns the card over, for machines that work on one side at a time.</summary>
    ValueTask FlipAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Puts the card where its verdict says; may be repeated, also when the card is gone.</summary>
    /// <param name="verdict">What became of it.</param>
    /// <param name="cardObjectId">The card object that was meant for it, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask EjectAsync(Verdict verdict, string? cardObjectId, CancellationToken cancellationToken);
}

/// <summary>No answer came from the card.</summary>
public sealed class CardFaultException(CardFault fault, Exception? inner = null) : Exception($"No answer from the card: {fault}.", inner)
{
    public CardFault Fault { get; } = fault;
}
