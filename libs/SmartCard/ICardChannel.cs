namespace PersoMesh.SmartCard;

/// <summary>The way to one card, or to one that is simulated: takes a command, brings back its response.</summary>
/// <remarks>
/// Not thread-safe: a card works on one command at a time, and the caller sees to that. What fails below the APDU (reader gone, card
/// pulled) is the implementation's own exception.
/// </remarks>
public interface ICardChannel
{
    /// <summary>Sends a command and waits for the response.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops waiting. Whether the card still executes the command is then unknown.</param>
    ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken);
}
