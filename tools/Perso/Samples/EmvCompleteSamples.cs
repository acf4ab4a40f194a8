using PersoMesh.Emv;
using PersoMesh.Keys;

namespace PersoMesh.Perso.Samples;

/// <summary>
/// The debit cards of <see cref="EmvDebitSamples"/> without account numbers and verification values, which preparation makes, and the
/// loyalty accounts of <see cref="EmvDdaSamples"/> as a data source. PIN blocks have format 1.
/// </summary>
static class EmvCompleteSamples
{
    /// <summary>The profile's data source.</summary>
    public const string Source = "loyalty";

    static readonly string[] FromDebit = ["cardId", "expiry", "serviceCode", "firstName", "lastName", "sequence"];
    static readonly string[] FromLoyalty = ["cardId", "loyaltyNumber", "tier"];

    public static IEnumerable<IReadOnlyDictionary<string, string>> Generate(int cards, int seed)
    {
        var random = new Random(seed);
        var zone = DemoKeyFile.Read(InstallFolder.DemoKeys, "ZPK");
        using var zoneKey = new SoftwareKey(zone.Algorithm, Convert.FromHexString(zone.Value));
        foreach (var debit in EmvDebitSamples.Generate(cards, seed))
        {
            var card = FromDebit.ToDictionary(name => name, name => debit[name]);
            card["pinBlock"] = PinBlockFor(random.Next(10_000).ToString("0000"), zoneKey, random);
            yield return card;
        }
    }

    public static IEnumerable<IReadOnlyDictionary<string, string>> GenerateSource(int cards, int seed) =>
        EmvDdaSamples.Generate(cards, seed).Select(card => FromLoyalty.ToDictionary(name => name, name => card[name])).Reverse();

    static string PinBlockFor(string digits, SoftwareKey zoneKey, Random random)
    {
        using var pin = new Pin(digits);
        var block = new byte[8];
        PinBlock.Encipher(PinBlockFormat.Iso1, pin, pan: null, zoneKey, block, random.NextBytes);
        return Convert.ToHexString(block);
    }
}
