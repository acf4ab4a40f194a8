namespace PersoMesh.CardSimulator.Tests;

/// <summary>Hexadecimal digits in and out.</summary>
static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    /// <summary>Transmits a command and returns response data and status word as hexadecimal digits.</summary>
    public static string Send(this SimulatedCard card, string command) => Convert.ToHexString(card.Transmit(Bytes(command)));

    /// <summary>Makes the card use a published challenge.</summary>
    public static SimulatedCard WithChallenge(this SimulatedCard card, string challenge)
    {
        card.Challenge = destination => Bytes(challenge).CopyTo(destination);
        return card;
    }
}
