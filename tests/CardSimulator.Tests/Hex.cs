namespace PersoMesh.CardSimulator.Tests;

static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    /// <summary>Transmits a command and returns response data and status word as hexadecimal digits.</summary>
    public static string Send(this SimulatedCard card, string command) => Convert.ToHexString(card.Transmit(Bytes(command)));
}
