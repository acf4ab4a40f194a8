using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers;

/// <summary>A place where a card sits, with what feeds it. Used by one lane at a time.</summary>
public interface ICardReader
{
    /// <summary>Name, unique in its station.</summary>
    string Name { get; }

    /// <summary>Waits for the next blank card and powers it.</summary>
    /// <returns>Its answer to reset, or null when there are no more cards.</returns>
    ValueTask<byte[]?> NextCardAsync(CancellationToken cancellationToken);

    /// <summary>Sends one command APDU.</summary>
    /// <param name="command">Encoded command; stays the caller's.</param>
    /// <param name="cancellationToken">Gives up waiting; the card may have received the command.</param>
    /// <returns>Encoded response; the caller's.</returns>
    /// <exception cref="CardFaultException">The card or the reader is gone or silent.</exception>
    ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken);

    /// <summary>Puts the card where its verdict says.</summary>
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
