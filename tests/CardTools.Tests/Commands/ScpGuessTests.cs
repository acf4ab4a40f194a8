using PersoMesh.CardSimulator;
using PersoMesh.TestVectors;

namespace PersoMesh.CardTools.Tests.Commands;

public class ScpGuessTests
{
    [Fact]
    public void The_master_key_and_method_of_a_real_card_are_found_among_others()
    {
        var found = Perso.Json(
            "scp", "guess", "--host", Scp03Vectors.CosmoHostChallenge, "--iur", Scp03Vectors.CosmoAnswer,
            "--key", Scp03Vectors.Aes128Enc, Scp03Vectors.CosmoMaster);
        var match = Assert.Single(found.GetProperty("matches").EnumerateArray());
        Assert.Equal(("key 2", "kdf3", "01"), (match.Text("key"), match.Text("diversification"), match.Text("keyVersionNote")));
    }

    [Fact]
    public void The_test_key_of_blank_cards_is_tried_unasked()
    {
        var session = Scp02Vectors.Sessions[2];
        var found = Perso.Json("scp", "guess", "--host", session.HostChallenge, "--iur", session.InitializeUpdateAnswer);
        var match = Assert.Single(found.GetProperty("matches").EnumerateArray());
        Assert.Equal(("none", "8BAF47"), (match.Text("diversification"), match.Text("checkValue")));
    }

    [Theory]
    [InlineData(DiversificationMethod.EmvCps, "emv-cps")]
    [InlineData(DiversificationMethod.Visa2, "visa2")]
    public void Diversified_keys_of_simulated_cards_are_found(DiversificationMethod method, string name)
    {
        var master = Convert.FromHexString("9192939495969798999A9B9C9D9E9FA0");
        var card = new SimulatedCard(Blueprints.EmvDemo(master) with { Diversification = method }, 0x01020304);
        var answer = card.Transmit(Convert.FromHexString("8050000008" + "0102030405060708" + "00"));
        var (status, output, _) = Perso.Run(
            $"bureau {Convert.ToHexString(master)}", ["scp", "guess", "--host", "0102030405060708", "--iur", Convert.ToHexString(answer), "--key-file", "-"]);
        Assert.Equal(0, status);
        Assert.Contains($"bureau (check value ", output, StringComparison.Ordinal);
        Assert.Contains($"--diversify {name}, key version 20", output, StringComparison.Ordinal);
    }

    [Fact]
    public void When_nothing_opens_the_card_the_status_is_1()
    {
        var session = Scp03Vectors.Sessions[0];
        var (status, output, _) = Perso.Run("scp", "guess", "--host", "0000000000000000", "--iur", session.InitializeUpdateAnswer, "--key", Scp03Vectors.Aes128Enc);
        Assert.Equal(1, status);
        Assert.Contains("Tried 2 keys with none, kdf3", output, StringComparison.Ordinal);
        Assert.Contains("nothing opens the card", output, StringComparison.Ordinal);
    }
}
