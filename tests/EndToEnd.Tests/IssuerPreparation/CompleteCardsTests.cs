using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.Emv;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Preparing;
using PersoMesh.Perso.Samples;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>
/// Cards of the profile emv-complete: prepared with the issuer's token from card objects, a data source and a counter, personalized with the
/// bureau's, and checked from their answers. What they must say is computed here with the openssl program.
/// </summary>
public sealed class CompleteCardsTests(TwoTokens tokens) : IClassFixture<TwoTokens>, IDisposable
{
    const int Cards = 6;
    const int FirstNumber = 97;
    const string DebitAid = "F0504552534F4D010101";
    const string LoyaltyAid = "F0504552534F4D010201";
    const string PvvIndex = "1";

    static readonly CardProfile Profile = ProfileLibrary.Load(Perso.InstallFolder.Profiles).Get("emv-complete");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Numbers_verification_values_and_keys_are_on_the_cards_and_the_bureau_could_not_have_made_them()
    {
        var records = EmvCompleteSamples.Generate(Cards, seed: 3).ToArray();
        var accounts = EmvCompleteSamples.GenerateSource(Cards, seed: 3).ToDictionary(account => account["cardId"], StringComparer.Ordinal);
        var prepared = await PrepareAsync();
        await using var mesh = await EmbeddedMesh.StartAsync([.. tokens.BureauSettings, .. EmbeddedMesh.Station(0, "emv"), .. EmbeddedMesh.Station(1, "emv")]);
        var (status, report) = await mesh.PersonalizeAsync("complete", "", "prepared", new MemoryStream(prepared));
        Assert.True(status.Good == Cards, string.Join('\n', report.Where(line => line.Reason is not null).Select(line => line.Reason).Distinct()));
        Assert.Empty(tokens.LabelsOf(TwoTokens.BureauToken).Intersect(Profile.KeyLabels.Where(label => label != "KMC-EMV")));

        var cards = CardStack.Read(mesh.Output, Verdict.Good).ToDictionary(card => card.CardObjectId, card => card.Card, StringComparer.Ordinal);
        HashSet<string> keys = new(StringComparer.Ordinal);
        for (var i = 0; i < Cards; i++)
        {
            var (record, id) = (records[i], records[i]["cardId"]);
            var pan = WithLuhnDigit($"99900099{FirstNumber + i:0000000}");
            var pin = PinOf(record["pinBlock"]);
            var yymm = record["expiry"][3..] + record["expiry"][..2];
            var chip = PvvIndex + Pvv(pan, pin) + Cvv(pan, yymm, "999");
            var stripe = PvvIndex + Pvv(pan, pin) + Cvv(pan, yymm, record["serviceCode"]);

            var reading = CardInspector.Read(cards[id]);
            var track = Tlv.ReadTemplate70(reading[DebitAid].Records[new RecordNumber(1, 1)]);
            Assert.True(track["57"] == $"{pan}D{yymm}{record["serviceCode"]}{chip}".PadRight(32, 'F'), $"{id}: tag 57 is not what openssl computes");
            Assert.Equal(pan, Tlv.ReadTemplate70(reading[DebitAid].Records[new RecordNumber(2, 1)])["5A"]);
            Assert.Contains($";{pan}={yymm}{record["serviceCode"]}{stripe}?", Written(mesh, id, "stripe.txt"), StringComparison.Ordinal);
            Assert.Contains($">{Cvv(pan, record["expiry"].Remove(2, 1), "000")}<", Written(mesh, id, "back.svg"), StringComparison.Ordinal);
            Assert.Equal(
                Convert.ToHexString(Encoding.Latin1.GetBytes(accounts[id]["loyaltyNumber"])),
                Tlv.ReadTemplate70(reading[LoyaltyAid].Records[new RecordNumber(1, 1)])["DF01"]);
            CheckAsTerminal(cards[id], pin, keys);
        }

        Assert.Equal(2 * Cards, keys.Count);
    }

    [Fact]
    public async Task Without_preparation_the_mesh_refuses_them()
    {
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv"));
        using var input = CardObjects(Cards);
        var (status, report) = await mesh.PersonalizeAsync("raw", Profile.Name, "csv", input);
        Assert.Equal(0, status.Good);
        Assert.Equal(Cards, report.Count);
        Assert.All(report, line => Assert.Contains("the issuer must prepare this card: perso prepare", line.Reason, StringComparison.Ordinal));
    }

    // A terminal's view: everything from the card's answers and the authority's public key.
    void CheckAsTerminal(SimulatedCard card, string pin, HashSet<string> keys)
    {
        var result = new SimulatedTerminal([tokens.Authority.PublicKey], new DateOnly(2026, 11, 21)).Check(card, Convert.FromHexString(DebitAid));
        Assert.All(result.Findings, finding => Assert.True(finding.Passed, $"{finding.Subject}: {finding.Failure?.Reason}"));
        Assert.Contains(result.Findings, finding => finding.Subject == AuthenticationSubject.PinEnciphermentCertificate);
        Assert.Contains(result.Findings, finding => finding.Subject == AuthenticationSubject.DynamicSignature);
        Assert.NotEqual(result.Icc!.SerialNumber, result.PinEncipherment!.SerialNumber);
        var key = result.PinEncipherment.Key;
        Assert.Equal(1024 / 8, key.ModulusLength);
        Assert.True(keys.Add(Convert.ToHexString(key.Modulus.Span)) && keys.Add(Convert.ToHexString(result.Icc.Key.Modulus.Span)));

        var wrong = pin == "0000" ? "9999" : "0000";
        Assert.Equal("63C2", VerifyEnciphered(card, key, wrong));
        Assert.Equal("9000", VerifyEnciphered(card, key, pin));
        Assert.Equal("63C3", Convert.ToHexString(card.Transmit([0x00, 0x20, 0x00, 0x88])));
    }

    // EMV 4.3 Book 2 §7.2, table 25: 7F, PIN block of format 2, the card's unpredictable number, random padding.
    static string VerifyEnciphered(SimulatedCard card, RsaPublicKey key, string pin)
    {
        var challenge = card.Transmit([0x00, 0x84, 0x00, 0x00, 0x08]);
        Assert.Equal([0x90, 0x00], challenge[^2..]);
        byte[] head = [0x7F, .. Convert.FromHexString($"2{pin.Length:X}{pin}".PadRight(16, 'F')), .. challenge[..^2]];
        byte[] plain = [.. head, .. RandomNumberGenerator.GetBytes(key.ModulusLength - head.Length)];
        var number = BigInteger.ModPow(Number(plain), Number(key.Exponent.Span), Number(key.Modulus.Span)).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] enciphered = [.. new byte[key.ModulusLength - number.Length], .. number];
        return Convert.ToHexString(card.Transmit([0x00, 0x20, 0x00, 0x88, (byte)enciphered.Length, .. enciphered]));

        static BigInteger Number(ReadOnlySpan<byte> value) => new(value, isUnsigned: true, isBigEndian: true);
    }

    async Task<byte[]> PrepareAsync()
    {
        var counter = Path.Combine(_folder.Path, "card-number.counter");
        await File.WriteAllTextAsync(counter, $"{FirstNumber}\n");
        var loyalty = Path.Combine(_folder.Path, "loyalty.csv");
        await using (var file = File.Create(loyalty))
            SampleFile.WriteSource(Profile, EmvCompleteSamples.Source, Cards, seed: 3, file);
        using var source = await SourceFile.OpenAsync(Profile.Input.Sources[0], loyalty, CancellationToken.None);
        using var numbers = new CounterFile(counter);
        using var input = CardObjects(Cards);
        using var output = new MemoryStream();
        var pass = PreparationPass.First(Profile);
        var plan = tokens.Plan(pass, pass.Begin("DEMOBANK", TwoTokens.Kek), "csv") with
        {
            Sources = [source],
            Counters = new Dictionary<string, CounterFile> { ["card-number"] = numbers },
        };
        var outcome = await new PreparationRun(plan).RunAsync(input, output, CancellationToken.None);
        Assert.Empty(outcome.Refusals);
        Assert.Equal(Cards, outcome.Prepared);
        return output.ToArray();
    }

    static MemoryStream CardObjects(int cards)
    {
        var input = new MemoryStream();
        SampleFile.Write(Profile, cards, seed: 3, "csv", input);
        input.Position = 0;
        return input;
    }

    static string Written(EmbeddedMesh mesh, string id, string name) => File.ReadAllText(Path.Combine(mesh.Output, "cards", $"{id}.{name}"));

    // ISO 9564-1 format 1: 1, length, digits, random fill.
    static string PinOf(string enciphered)
    {
        var block = Convert.ToHexString(OpenSslCipher.TripleDes(DemoKeys.Get("ZPK"), Convert.FromHexString(enciphered), decrypt: true));
        Assert.Equal("14", block[..2]);
        return block[2..6];
    }

    // PAN, date and service code, filled with zeros to two blocks: DES under A, exclusive or, triple DES under A and B.
    static string Cvv(string pan, string date, string serviceCode)
    {
        var blocks = Convert.FromHexString((pan + date + serviceCode).PadRight(32, '0'));
        var key = DemoKeys.Get("CVK");
        var first = OpenSslCipher.TripleDes([.. key[..8], .. key[..8]], blocks[..8]);
        return Decimalized(OpenSslCipher.TripleDes(key, [.. first.Select((b, i) => (byte)(b ^ blocks[8 + i]))]), 3);
    }

    // Eleven digits of the PAN before its check digit, key index, four digits of the PIN; triple DES.
    static string Pvv(string pan, string pin) =>
        Decimalized(OpenSslCipher.TripleDes(DemoKeys.Get("PVK"), Convert.FromHexString(pan[^12..^1] + PvvIndex + pin[..4])), 4);

    static string Decimalized(byte[] cryptogram, int count)
    {
        var digits = Convert.ToHexString(cryptogram);
        return string.Concat(digits.Where(char.IsAsciiDigit).Concat(digits.Where(char.IsAsciiLetter).Select(c => (char)(c - 'A' + '0'))))[..count];
    }

    // ISO/IEC 7812-1 annex B.
    static string WithLuhnDigit(string digits)
    {
        var sum = digits.Reverse().Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 2 : 1)).Sum(number => number > 9 ? number - 9 : number);
        return $"{digits}{(10 - sum % 10) % 10}";
    }
}
