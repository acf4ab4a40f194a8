using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.Emv;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso.Card;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>Cards prepared with the issuer's token and personalized with the bureau's.</summary>
public sealed class PreparedCardsTests(TwoTokens tokens) : IClassFixture<TwoTokens>
{
    const int Cards = 60;
    const string DebitAid = "F0504552534F4D010101";
    const string LoyaltyAid = "F0504552534F4D010201";

    [Fact]
    public async Task Every_card_passes_static_and_dynamic_authentication_and_the_bureau_has_no_master_key()
    {
        var prepared = await tokens.PrepareAsync(Cards, seed: 1);
        await using var mesh = await EmbeddedMesh.StartAsync(
            [.. tokens.BureauSettings, .. EmbeddedMesh.Station(0, "emv"), .. EmbeddedMesh.Station(1, "emv")]);
        var (status, report) = await mesh.PersonalizeAsync("prepared", "", "prepared", new MemoryStream(prepared));

        Assert.Equal(Cards, report.Count);
        Assert.True(status.Good == Cards, string.Join('\n', report.Where(line => line.Reason is not null).Select(line => line.Reason).Distinct()));
        Assert.DoesNotContain(tokens.LabelsOf(TwoTokens.BureauToken), label => label.StartsWith("IMK", StringComparison.Ordinal) || label == "ZPK");
        var terminal = new SimulatedTerminal([tokens.Authority.PublicKey], new DateOnly(2026, 11, 21));
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var card in CardStack.Read(mesh.Output, Verdict.Good))
        {
            var result = terminal.Check(card.Card, Convert.FromHexString(DebitAid));
            Assert.All(result.Findings, finding => Assert.True(finding.Passed, $"{finding.Subject}: {finding.Failure?.Reason}"));
            Assert.Contains(result.Findings, finding => finding.Subject == AuthenticationSubject.SignedStaticData);
            Assert.Contains(result.Findings, finding => finding.Subject == AuthenticationSubject.DynamicSignature);
            Assert.True(keys.Add(Convert.ToHexString(result.Icc!.Key.Modulus.Span)), "two cards have the same key pair");
            Assert.NotEmpty(CardInspector.Read(card.Card)[LoyaltyAid].Records);
        }

        Assert.Equal(Cards, keys.Count);
    }
}
