namespace PersoMesh.CardSimulator.Tests;

/// <summary>Card keys by master key, as check values. KDD 00010203040506070809 unless said otherwise.</summary>
public class KeyDiversificationTests
{
    const string DemoKey = "404142434445464748494A4B4C4D4E4F";

    // GlobalPlatformPro TestPlaintextKeys.java @ 236a610.
    [Theory]
    [InlineData(DiversificationMethod.EmvCps, "C33013 6F4CA6 BB8179")]
    [InlineData(DiversificationMethod.Visa2, "2BE598 58DA38 3C328E")]
    public void Des_card_keys(DiversificationMethod method, string checkValues) =>
        Assert.Equal(checkValues, CheckValues(Blueprints.EmvDemo(Hex.Bytes(DemoKey)) with { Diversification = method }));

    // Same source, KDF3; the master key is as long as the card keys.
    [Theory]
    [InlineData(16, "E79C05 D1BD77 3FDE8C")]
    [InlineData(24, "1DE8EA 47C00C C04D76")]
    [InlineData(32, "2972D2 036F94 5D57B8")]
    public void Aes_card_keys(int keyLength, string checkValues)
    {
        var master = Enumerable.Range(0x40, keyLength).Select(b => (byte)b).ToArray();
        Assert.Equal(checkValues, CheckValues(Blueprints.BadgeDemo(master, keyLength)));
    }

    static string CheckValues(CardBlueprint blueprint) =>
        string.Join(' ', new SimulatedCard(
            blueprint with { KeyDiversificationData = Hex.Bytes("00010203040506070809") }, serialNumber: 1).KeySets[0].CheckValues);
}
