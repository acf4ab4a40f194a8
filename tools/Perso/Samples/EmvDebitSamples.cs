using PersoMesh.Emv;
using PersoMesh.Keys;

namespace PersoMesh.Perso.Samples;

/// <summary>Made-up debit cards of a bank that does not exist; PIN blocks are enciphered under the demonstration's zone key.</summary>
static class EmvDebitSamples
{
    // ISO/IEC 7812-1: major industry identifier 9 is for national use; no payment scheme issues these numbers.
    const string IssuerIdentification = "99900099";
    const int AccountDigits = 7;

    public static IEnumerable<IReadOnlyDictionary<string, string>> Generate(int cards, int seed)
    {
        var random = new Random(seed);
        var zone = DemoKeyFile.Read(InstallFolder.DemoKeys, "ZPK");
        using var zoneKey = new SoftwareKey(zone.Algorithm, Convert.FromHexString(zone.Value));
        for (var i = 1; i <= cards; i++)
        {
            var (first, last) = Names.Pick(random);
            var pan = WithCheckDigit(IssuerIdentification + i.ToString().PadLeft(AccountDigits, '0'));
            yield return new Dictionary<string, string>
            {
                ["cardId"] = $"D{seed:00}-{i:0000000}",
                ["pan"] = pan,
                ["expiry"] = $"{random.Next(1, 13):00}/{random.Next(27, 33):00}",
                ["serviceCode"] = "201",
                ["firstName"] = first,
                ["lastName"] = last,
                ["sequence"] = "01",
                ["discretionary"] = random.Next(1000).ToString("000"),
                ["pinBlock"] = PinBlockFor(pan, random.Next(10_000).ToString("0000"), zoneKey),
            };
        }
    }

    static string PinBlockFor(string pan, string digits, SoftwareKey zoneKey)
    {
        using var pin = new Pin(digits);
        var block = new byte[8];
        PinBlock.Encipher(PinBlockFormat.Iso0, pin, Pan.Parse(pan), zoneKey, block);
        return Convert.ToHexString(block);
    }

    static string WithCheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit * 2 / 10 + digit * 2 % 10 : digit;
        }

        return digits + (10 - sum % 10) % 10;
    }
}
