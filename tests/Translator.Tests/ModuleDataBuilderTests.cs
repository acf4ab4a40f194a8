using PersoMesh.Profiles;
using PersoMesh.Translator.Translation;

namespace PersoMesh.Translator.Tests;

public class ModuleDataBuilderTests
{
    static readonly ProfileLibrary Profiles = ProfileLibrary.Load(Path.Combine(AppContext.BaseDirectory, "profiles"));

    static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["track1"] = "%B1^A/B^3001201?",
        ["track2"] = ";1=3001201?",
        ["panGrouped"] = "9990 0088 0001 2345",
        ["expiry"] = "01/30",
        ["embossName"] = "ANNA MULLER",
    };

    [Fact]
    public void Every_module_gets_what_the_profile_says()
    {
        var modules = ModuleDataBuilder.Build(Profiles.Get("emv-debit"), Fields);
        Assert.Equal([Fields["track1"], Fields["track2"], null], modules.Tracks);
        Assert.True(modules.HighCoercivity);
        Assert.Equal([("9990 0088 0001 2345", 1, 1), ("01/30", 2, 10), ("ANNA MULLER", 3, 1)],
            modules.EmbossLines.Select(line => (line.Text, line.Row, line.Column)));
        Assert.Equal("midnight", modules.Design);
        Assert.Equal(["DEMO BANK", "debit"], modules.Front.Select(text => text.Text));
        Assert.Equal("Lost? +49 30 0000 0000", Assert.Single(modules.Back).Text);
    }

    [Fact]
    public void A_card_without_stripe_and_embossing_gets_none()
    {
        var fields = new AnyField();
        var modules = ModuleDataBuilder.Build(Profiles.Get("access-badge"), fields);
        Assert.Empty(modules.Tracks);
        Assert.Empty(modules.EmbossLines);
    }
}
