namespace PersoMesh.Pcsc;

/// <summary>What <see cref="ReaderMonitor"/> has to tell.</summary>
public abstract record ReaderEvent
{
    // Closed: the six below are all there are.
    private protected ReaderEvent()
    {
    }
}

/// <summary>The PC/SC service answers; the readers that it has follow.</summary>
public sealed record ServiceFound : ReaderEvent;

/// <summary>
/// The PC/SC service does not answer; <see cref="ReaderRemoved"/> came first for every reader. The monitor goes on looking for it.
/// </summary>
/// <param name="Reason">What the service, or the way to it, said.</param>
public sealed record ServiceLost(PcscException Reason) : ReaderEvent;

/// <summary>A reader is there and works.</summary>
/// <param name="Reader">Its name.</param>
/// <param name="HasCard">A card is in it: <see cref="CardInserted"/> follows.</param>
public sealed record ReaderAdded(string Reader, bool HasCard = false) : ReaderEvent;

/// <summary>
/// A reader is unplugged or failed, or the service stopped. No <see cref="CardRemoved"/> comes for a card in it: the card may still be
/// there, and the next <see cref="CardInserted"/> in this reader may be the same card.
/// </summary>
/// <param name="Reader">Its name.</param>
public sealed record ReaderRemoved(string Reader) : ReaderEvent;

/// <summary>A card is in the reader.</summary>
/// <param name="Reader">The reader's name.</param>
/// <param name="Insertion">Number of this insertion, unique in its monitor: tells one card from the next in the same reader.</param>
/// <param name="Atr">Its answer to reset; empty for a card that is mute, or not powered yet.</param>
/// <param name="IsMute">The card did not answer to reset: wrong way round, dirty, or broken.</param>
public sealed record CardInserted(string Reader, long Insertion, ReadOnlyMemory<byte> Atr, bool IsMute) : ReaderEvent;

/// <summary>The card was taken out of the reader: seen by the reader, not inferred.</summary>
/// <param name="Reader">The reader's name.</param>
/// <param name="Insertion">The number that <see cref="CardInserted"/> named.</param>
public sealed record CardRemoved(string Reader, long Insertion) : ReaderEvent;
