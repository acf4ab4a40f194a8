using PersoMesh.CardSimulator;

namespace PersoMesh.Pcsc.Tests.Support;

/// <summary>Cards and commands.</summary>
static class Some
{
    /// <summary>GlobalPlatform's default test key; nothing here is secret.</summary>
    static readonly byte[] Key = Convert.FromHexString("404142434445464748494A4B4C4D4E4F");

    /// <summary>SELECT without an AID: the issuer security domain (GPC 2.3.1 §11.9).</summary>
    public static readonly byte[] Select = Convert.FromHexString("00A4040000");

    /// <summary>GET DATA 9F7F: the CPLC, with the serial number in bytes 12 to 15.</summary>
    public static readonly byte[] GetCplc = Convert.FromHexString("80CA9F7F00");

    public static SimulatedCard Card(uint serial = 0x01020304) => new(Blueprints.EmvDemo(Key), serial);

    /// <summary>The same product with T=0.</summary>
    public static SimulatedCard T0Card(uint serial = 0x01020304) => new(
        Blueprints.EmvDemo(Key) with
        {
            Transmission = CardSimulator.TransmissionProtocol.T0,
            Atr = Blueprints.AnswerToReset("PMT0", CardSimulator.TransmissionProtocol.T0),
        },
        serial);

    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
