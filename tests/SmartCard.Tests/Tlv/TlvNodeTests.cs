using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Tests.Tlv;

public class TlvNodeTests
{
    [Fact]
    public void A_registry_entry_is_taken_apart()
    {
        var entry = Assert.Single(TlvNode.Parse(Convert.FromHexString(Samples.RegistryEntry)));
        Assert.Equal(0xE3u, entry.Tag.Value);
        Assert.Equal("A000000003000000", Convert.ToHexString(entry.Find(0x4F)!.Value.Span));
        Assert.Equal("9EFE80", Convert.ToHexString(entry.Find(0xC5)!.Value.Span));
        Assert.Equal(8, entry.Children.Count(child => child.Tag == 0xCF));
        Assert.Null(entry.Find(0x84));
    }

    [Fact]
    public void Tags_of_two_bytes_nest()
    {
        // osmocom/pysim: BF3E { 5A EID }.
        var eid = Assert.Single(TlvNode.Parse(Convert.FromHexString(Samples.EuiccIdentifier)));
        Assert.Equal("89882119900000000000000000000005", Convert.ToHexString(eid.Find(0x5A)!.Value.Span));
        Assert.Equal(3, eid.Children[0].Offset);
    }

    [Fact]
    public void No_data_are_no_nodes() => Assert.Empty(TlvNode.Parse(default));

    [Fact]
    public void A_node_says_nothing_of_its_value() =>
        Assert.Equal("5A, 3 bytes", TlvNode.Parse(Convert.FromHexString("5A03123456"))[0].ToString());
}
