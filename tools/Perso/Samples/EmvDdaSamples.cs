namespace PersoMesh.Perso.Samples;

/// <summary>The debit cards of <see cref="EmvDebitSamples"/> with a loyalty account each.</summary>
static class EmvDdaSamples
{
    static readonly string[] Tiers = ["BASIC", "SILVER", "GOLD"];

    public static IEnumerable<IReadOnlyDictionary<string, string>> Generate(int cards, int seed)
    {
        var number = 0;
        foreach (var debit in EmvDebitSamples.Generate(cards, seed))
        {
            number++;
            yield return new Dictionary<string, string>(debit, StringComparer.Ordinal)
            {
                ["loyaltyNumber"] = $"L{seed % 100:00}{number:0000000}",
                ["tier"] = Tiers[number % Tiers.Length],
            };
        }
    }
}
