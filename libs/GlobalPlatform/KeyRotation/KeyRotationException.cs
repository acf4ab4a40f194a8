namespace PersoMesh.GlobalPlatform;

/// <summary>Which key sets open the card after a rotation that did not end well.</summary>
public enum KeySetsInForce
{
    /// <summary>The old one alone: nothing was changed.</summary>
    Old,

    /// <summary>The old one, and a new one that has not proved itself.</summary>
    OldAndUnprovenNew,

    /// <summary>The new one, proved; the old one may still be there.</summary>
    New,

    /// <summary>The new one took the place of the old one, and did not prove itself.</summary>
    UnprovenNew,
}

/// <summary>
/// A key rotation ended before its end. Run it again when the cause is gone: it finds by itself where it was.
/// </summary>
public sealed class KeyRotationException(KeySetsInForce inForce, string reason, Exception? inner = null)
    : SecureChannelException($"{reason} {Explain(inForce)}", inner)
{
    /// <summary>Which key sets open the card now.</summary>
    public KeySetsInForce InForce { get; } = inForce;

    static string Explain(KeySetsInForce inForce) => inForce switch
    {
        KeySetsInForce.Old => "The card still has its old key set and nothing else.",
        KeySetsInForce.OldAndUnprovenNew => "The card still opens with its old key set; the new one is on it, but has not proved itself.",
        KeySetsInForce.New => "The new key set has proved itself; the old one may still be on the card.",
        _ => "The new key set replaced the old one and has not proved itself: keep both, and search with both.",
    };
}
