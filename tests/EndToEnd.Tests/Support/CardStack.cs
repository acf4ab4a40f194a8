using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A simulated card from a station's output pile.</summary>
/// <param name="CardObjectId">The card object that the station put on it.</param>
/// <param name="Card">The card.</param>
sealed record StackedCard(string CardObjectId, SimulatedCard Card);

/// <summary>The stations' output piles: the cards as they were saved when they left the reader.</summary>
static class CardStack
{
    public static IReadOnlyList<StackedCard> Read(string output, Verdict verdict)
    {
        var pile = Path.Combine(output, "stack", verdict.ToString().ToLowerInvariant());
        return Directory.Exists(pile) ? [.. Directory.EnumerateFiles(pile, "*.card").Order(StringComparer.Ordinal).Select(ReadCard)] : [];
    }

    static StackedCard ReadCard(string path)
    {
        using var file = File.OpenRead(path);
        var card = SimulatedCard.Load(file);
        var name = Path.GetFileName(path);
        var end = name.IndexOf($".{card.SerialNumber}.card", StringComparison.Ordinal);
        Assert.True(end > 0, $"{name} is not named after the serial number {card.SerialNumber} that the card itself has");
        return new StackedCard(name[..end], card);
    }
}
