using PersoMesh.Contracts.Preparation;
using PersoMesh.GlobalPlatform;
using PersoMesh.Profiles;
using PersoMesh.Translator.Translation;

namespace PersoMesh.Translator.Tests;

public class ScriptBuilderTests
{
    const byte Install = 0xE6;
    const byte StoreData = 0xE2;
    const byte SetStatus = 0xF0;

    static readonly CardProfile Debit = ProfileLibrary.Load(Path.Combine(AppContext.BaseDirectory, "profiles")).Get("emv-debit");

    static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["panDigits"] = "9990008800012345",
        ["expiryYYMM"] = "3001",
        ["lastDay"] = "300131",
        ["holder"] = "MÜLLER/ANNA",
        ["serviceCode"] = "201",
        ["discretionary"] = "12345678",
        ["sequence"] = "01",
        ["pinBlock"] = "0011223344556677",
    };

    readonly PersonalizationScript _script = ScriptBuilder.Build(Debit, Fields);

    [Fact]
    public void Applications_are_installed_then_personalized_then_the_card_is_secured()
    {
        var order = _script.Commands.Select(command => command.Ins).ToArray();
        Assert.Equal([Install, Install], order[..2]);
        Assert.Equal([SetStatus, SetStatus], order[^2..]);
        Assert.All(order[2..^2], ins => Assert.Equal(StoreData, ins));
        Assert.Equal([0x07, 0x0F], _script.Commands.TakeLast(2).Select(command => command.P2));
    }

    [Fact]
    public void Store_data_blocks_count_from_zero_and_only_the_last_says_so()
    {
        var blocks = StoreDataCommands();
        Assert.Equal(Enumerable.Range(0, blocks.Length), blocks.Select(block => (int)block.P2));
        Assert.All(blocks[..^1], block => Assert.Equal(0, block.P1 & 0x80));
        Assert.Equal(0x80, blocks[^1].P1 & 0x80);
    }

    [Fact]
    public void Blocks_put_together_are_the_profiles_data_groupings()
    {
        // GPC 2.3.1 §11.11.2.3: identifier (2 bytes), length (1 or 3 bytes), value.
        var stream = StoreDataCommands().SelectMany(Flat).ToArray();
        List<(int Id, int Length)> groupings = [];
        for (var at = 0; at < stream.Length;)
        {
            var isLong = stream[at + 2] == 0xFF;
            var length = isLong ? (stream[at + 3] << 8) | stream[at + 4] : stream[at + 2];
            groupings.Add(((stream[at] << 8) | stream[at + 1], length));
            at += (isLong ? 5 : 3) + length;
        }

        Assert.Equal([0x9102, 0x9104, 0x0101, 0x0201, 0x8000, 0x9000, 0x8010, 0x9010], groupings.Select(grouping => grouping.Id));
        Assert.Equal([48, 9, 8, 2], groupings.Skip(4).Select(grouping => grouping.Length));
    }

    [Fact]
    public void Blocks_with_secrets_say_that_they_are_encrypted_and_others_not()
    {
        // GPC 2.3.1 table 11-86: b7 b6 of P1; 11 = the application's data are encrypted.
        foreach (var block in StoreDataCommands())
            Assert.Equal(block.Data.Any(part => part.IsEncrypted), (block.P1 & 0x60) == 0x60);
        var secret = StoreDataCommands().SelectMany(block => block.Data).Where(part => part.Secret >= 0).Select(part => _script.Secrets[part.Secret].Name);
        Assert.Equal(["debit/8000", "debit/9000", "debit/8010"], secret.Distinct());
    }

    [Fact]
    public void Values_of_a_card_object_are_where_EMV_has_them()
    {
        var clear = Convert.ToHexString([.. StoreDataCommands().SelectMany(Flat)]);
        Assert.Contains("5710" + "9990008800012345D300120112345678", clear, StringComparison.Ordinal);
        Assert.Contains("5A08" + "9990008800012345", clear, StringComparison.Ordinal);
        Assert.Contains("5F2403" + "300131", clear, StringComparison.Ordinal);
        Assert.Contains("5F200B" + "4DDC4C4C45522F414E4E41", clear, StringComparison.Ordinal); // MÜLLER/ANNA in ISO 8859-1
    }

    [Fact]
    public void A_value_that_does_not_fit_is_refused_with_its_place_and_without_itself()
    {
        var wrong = new Dictionary<string, string>(Fields, StringComparer.Ordinal) { ["lastDay"] = "30013199" };
        var refused = Assert.Throws<RenderException>(() => ScriptBuilder.Build(Debit, wrong));
        Assert.Contains("5F24", refused.Where, StringComparison.Ordinal);
        Assert.DoesNotContain("30013199", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_quirk_of_the_secure_channel_can_be_named_in_a_profile()
    {
        var yaml = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "profiles", "emv-debit.yaml"));
        var all = string.Join(", ", CardQuirkNames.All);
        yaml = yaml.Replace("diversification: emv-cps", $"diversification: emv-cps\n    quirks: [{all}]", StringComparison.Ordinal);
        var profile = ProfileLibrary.Read("emv-debit.yaml", yaml).Require();
        Assert.Equal(CardQuirkNames.All, ScriptBuilder.Build(profile, Fields).Channel.Quirks);
    }

    ScriptCommand[] StoreDataCommands() => [.. _script.Commands.Where(command => command.Ins == StoreData)];

    // A secret's place is as long as the secret will be.
    static byte[] Flat(ScriptCommand command) => [.. command.Data.SelectMany(part => part.Clear ?? new byte[part.Length])];
}
