using System.Security.Cryptography;
using PersoMesh.CardSimulator;
using PersoMesh.Emv;
using PersoMesh.Perso.Commands;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Perso.Card;

/// <summary>A terminal's offline data authentication with a simulated card: from the card's answers and the authorities' public keys alone.</summary>
sealed class SimulatedTerminal(IEnumerable<CaPublicKey> authorities, DateOnly today)
{
    const int Ok = 0x9000;

    readonly OfflineDataAuthentication _authentication = new(authorities, today);

    /// <summary>Reads an application, has it sign, and checks everything that it offers.</summary>
    /// <exception cref="UserErrorException">The card refuses a command; names it.</exception>
    public OfflineDataAuthenticationReport Check(SimulatedCard card, byte[] aid)
    {
        card.Reset();
        Send(card, "SELECT", [0x00, 0xA4, 0x04, 0x00, (byte)aid.Length, .. aid, 0x00]);
        var options = Send(card, "GET PROCESSING OPTIONS", [0x80, 0xA8, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00]);
        if (!TlvReader.TryFind(options, out var profile, 0x77, 0x82) || profile.Length != 2 || !TlvReader.TryFind(options, out var afl, 0x77, 0x94))
            throw new UserErrorException("The card answers GET PROCESSING OPTIONS without AIP (82) or AFL (94).");
        var locator = ApplicationFileLocator.Parse(afl);
        var records = locator.Records.ToDictionary(id => id, id => (ReadOnlyMemory<byte>)Send(card, "READ RECORD", [0x00, 0xB2, id.Number, (byte)(id.Sfi << 3 | 0x04), 0x00]));
        var unpredictable = RandomNumberGenerator.GetBytes(4);
        var signature = Send(card, "INTERNAL AUTHENTICATE", [0x00, 0x88, 0x00, 0x00, 0x04, .. unpredictable, 0x00]);
        return _authentication.Check(
            new CardApplicationData(aid, (ushort)(profile[0] << 8 | profile[1]), locator, records),
            new InternalAuthenticateExchange(unpredictable, signature));
    }

    static byte[] Send(SimulatedCard card, string name, byte[] command)
    {
        var response = card.Transmit(command);
        var status = response[^2] << 8 | response[^1];
        return status == Ok ? response[..^2] : throw new UserErrorException($"The card answers {name} with {status:X4}.");
    }
}
