namespace PersoMesh.Pcsc;

/// <summary>How to connect to a card.</summary>
public sealed record PcscCardOptions
{
    /// <summary>The defaults: exclusive, T=0 or T=1.</summary>
    public static PcscCardOptions Default { get; } = new();

    /// <summary>
    /// Who else may use the card. Exclusive by default: personalization is no place for others. It needs no transaction; on Windows a
    /// transaction without a command for five seconds gets the card reset, an exclusive connection does not.
    /// </summary>
    public ShareMode Mode { get; init; } = ShareMode.Exclusive;

    /// <summary>The protocols that may be chosen.</summary>
    public CardProtocols Protocols { get; init; } = CardProtocols.Any;

    /// <summary>
    /// How long to wait for another program that uses the card, 3 s by default: desktop programs look at any card that is inserted.
    /// </summary>
    public TimeSpan SharingPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// After a failed exchange, how long the reader may take to notice that its card is gone, 1 s by default; then the card counts as mute.
    /// pcscd looks every 0.4 s where a driver does not tell by itself.
    /// </summary>
    public TimeSpan RemovalPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long <see cref="PcscCard.DisposeAsync"/> waits for a command under way, 5 s by default. Then the connection is closed behind
    /// the caller's back as soon as the reader gives up on the card.
    /// </summary>
    public TimeSpan ClosePatience { get; init; } = TimeSpan.FromSeconds(5);
}
