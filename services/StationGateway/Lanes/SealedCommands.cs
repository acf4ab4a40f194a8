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
    /// <param name="session">The session that it belongs to.</param>
    /// <param name="index">Its number in its batch, from 0.</param>
    /// <param name="cancellationToken">Gives up waiting; the card may have received the command.</param>
    /// <returns>The encoded response; its data sealed when the command was.</returns>
    /// <exception cref="CardFaultException">The card or the reader is gone or silent.</exception>
    public async ValueTask<byte[]> TransmitAsync(ICardReader reader, CardCommand command, Guid session, int index, CancellationToken cancellationToken)
    {
        if (command.SealedApdu is null)
            return await reader.TransmitAsync(command.Apdu, cancellationToken);
        var subject = $"{session}/{index}";
        var apdu = sealer.Open("apdu", subject, command.SealedApdu);
        try
        {
            var response = await reader.TransmitAsync(apdu, cancellationToken);
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
}
