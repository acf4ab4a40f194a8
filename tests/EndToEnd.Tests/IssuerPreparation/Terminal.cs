using System.Security.Cryptography;
using PersoMesh.CardSimulator;
using PersoMesh.Emv;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>A terminal's offline data authentication with a card: from the card's answers and the authorities' public keys alone.</summary>
sealed class Terminal(params CaPublicKey[] authorities)
{
    const int Ok = 0x9000;

    readonly OfflineDataAuthentication _authentication = new(authorities, new DateOnly(2026, 11, 21));

    /// <summary>Reads an application, has it sign, and checks everything that it offers.</summary>
    public OfflineDataAuthenticationReport Check(SimulatedCard card, string aid)
    {
        card.Reset();
        var name = Convert.FromHexString(aid);
        Send(card, [0x00, 0xA4, 0x04, 0x00, (byte)name.Length, .. name, 0x00]);
        var options = Send(card, [0x80, 0xA8, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00]);
        var aip = (ushort)(Value(options, 0x77, 0x82)[0] << 8 | Value(options, 0x77, 0x82)[1]);
        var locator = ApplicationFileLocator.Parse(Value(options, 0x77, 0x94));
        var records = locator.Records.ToDictionary(
            id => id, id => (ReadOnlyMemory<byte>)Send(card, [0x00, 0xB2, id.Number, (byte)(id.Sfi << 3 | 0x04), 0x00]));
        var unpredictable = RandomNumberGenerator.GetBytes(4);
        var signature = Send(card, [0x00, 0x88, 0x00, 0x00, 0x04, .. unpredictable, 0x00]);
        return _authentication.Check(
            new CardApplicationData(name, aip, locator, records), new InternalAuthenticateExchange(unpredictable, signature));
    }

    static byte[] Send(SimulatedCard card, byte[] command)
    {
        var response = card.Transmit(command);
        Assert.Equal(Ok, response[^2] << 8 | response[^1]);
        return response[..^2];
    }

    static byte[] Value(byte[] data, params uint[] path)
    {
        Assert.True(SmartCard.Tlv.TlvReader.TryFind(data, out var value, [.. path.Select(tag => (SmartCard.Tlv.BerTag)tag)]));
        return value.ToArray();
    }
}
