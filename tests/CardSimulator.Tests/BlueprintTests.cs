namespace PersoMesh.CardSimulator.Tests;

public class BlueprintTests
{
    [Fact]
    public void Applications_can_be_installed_by_the_manufacturer()
    {
        var host = Some.Emv(change: b => b with { Instances = [new(Blueprints.PaymentPackage, Blueprints.PaymentModule, Some.PaymentAid)] });
        host.Open(aid: Some.PaymentAid);
        Assert.Equal("9000", host.StoreData(Some.ClearData()));
        Assert.Equal(Some.Record, Convert.ToHexString(CardInspector.Read(host.Card)[Some.PaymentAid].Records[new(1, 1)]));
    }

    public static TheoryData<string, Func<CardBlueprint, CardBlueprint>> Impossible => new()
    {
        { "master key", b => b with { MasterKey = null } },
        { "16 bytes", b => b with { MasterKey = new byte[24] } },
        { "42 bytes", b => b with { CplcTemplate = [] } },
        { "10 bytes", b => b with { KeyDiversificationData = new byte[9] } },
        { "explicit initiation", b => b with { ProtocolOptions = 0x1A } },
        { "no module", b => b with { Instances = [new(Blueprints.PaymentPackage, Blueprints.BadgeModule, Some.BadgeAid)] } },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Blueprints_of_impossible_cards_are_refused(string reason, Func<CardBlueprint, CardBlueprint> change) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => Some.Emv(change: change)).Message);

    [Fact]
    public void Cards_of_one_blueprint_differ_in_serial_number_and_keys()
    {
        var blueprint = Blueprints.BadgeDemo(Hex.Bytes(Some.Key));
        var (first, second) = (new SimulatedCard(blueprint, 1), new SimulatedCard(blueprint, 2));
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.NotEqual(first.KeySets[0].CheckValues, second.KeySets[0].CheckValues);
    }

    [Fact]
    public void Keys_do_not_show_in_text() => Assert.Equal("three keys", new StaticKeys([1], [2], [3]).ToString());
}
