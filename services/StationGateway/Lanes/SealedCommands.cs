using System.Security.Cryptography;
using PersoMesh.Contracts.Session;
using PersoMesh.Sealing;
using PersoMesh.StationGateway.Readers;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>
/// Sends commands to cards. A sealed one is in clear from here to the card and back only: what is journaled and returned is the sealed answer.
/// </summary>
sealed class SealedCommands(PayloadSealer sealer)
{
    const int StatusWordLength = 2;

    /// <summary>Sends one command.</summary>
    /// <param name="reader">The reader with the card.</param>
    /// <param name="command">The command.</param>
    /// <param name="subject">Session, batch and number in it, as the command was sealed for.</param>
    /// <returns>The encoded response; its data sealed when the command was.</returns>
    /// <exception cref="CardFaultException">The card or the reader is gone or silent, or the seal is broken.</exception>
    public async ValueTask<byte[]> TransmitAsync(ICardReader reader, CardCommand command, string subject)
    {
        if (command.SealedApdu is null)
            return await reader.TransmitAsync(command.Apdu, CancellationToken.None);
        var apdu = Open(command.SealedApdu, subject);
        try
        {
            var response = await reader.TransmitAsync(apdu, CancellationToken.None);
            if (response.Length <= StatusWordLength)
                return response;
            var data = response.AsSpan(0, response.Length - StatusWordLength);
            byte[] answer = [.. sealer.Seal("answer", subject, data), .. response.AsSpan(data.Length)];
            CryptographicOperations.ZeroMemory(data);
            return answer;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(apdu);
        }
    }

    // A broken seal ends the batch as a known fault: nothing of the command has reached the card.
    byte[] Open(byte[] sealedApdu, string subject)
    {
        try
        {
            return sealer.Open("apdu", subject, sealedApdu);
        }
        catch (SealBrokenException e)
        {
            throw new CardFaultException(CardFault.ReaderFailed, e);
        }
    }
}
