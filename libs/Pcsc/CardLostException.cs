namespace PersoMesh.Pcsc;

/// <summary>Why a card no longer answers.</summary>
public enum CardLoss
{
    /// <summary>The card is not in the reader any more.</summary>
    Removed,

    /// <summary>The card is in the reader and does not answer, or cannot be powered. When only the contact failed, a reset brings it back.</summary>
    Mute,

    /// <summary>
    /// Another program reset the card, or its power failed for a moment. The command was not sent, and the card's secure channel is gone.
    /// <see cref="PcscCard.ReconnectAsync"/> mends it.
    /// </summary>
    Reset,

    /// <summary>
    /// The reader is unplugged or failed, or the PC/SC service stopped. Nothing is known of the card, which may still be there.
    /// </summary>
    ReaderGone,
}

/// <summary>
/// The connection to a card is lost. Except for <see cref="CardLoss.Reset"/>, nobody knows whether the card executed the last command.
/// </summary>
public sealed class CardLostException : PcscException
{
    /// <summary>Describes a loss.</summary>
    /// <param name="loss">What was lost.</param>
    /// <param name="function">The function that noticed.</param>
    /// <param name="code">What it returned.</param>
    /// <param name="reader">The reader.</param>
    public CardLostException(CardLoss loss, string function, PcscCode code, string reader)
        : base($"{About(reader)}{Sentence(loss)} ({function}: {PcscCodeText.Name(code)}, 0x{(uint)code:X8})", function, code, reader) =>
        Loss = loss;

    /// <summary>What was lost.</summary>
    public CardLoss Loss { get; }

    static string Sentence(CardLoss loss) => loss switch
    {
        CardLoss.Removed => "the card was removed.",
        CardLoss.Mute => "the card does not answer; check its position and contacts, or reject it.",
        CardLoss.Reset => "the card was reset by someone else; its session must begin again.",
        _ => "the reader is gone; plug it in, or start the PC/SC service.",
    };
}
