using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Tests.Tlv;

public class TagNamesTests
{
    [Theory]
    // The same tag in different company.
    [InlineData(0x82, null, "Application interchange profile (AIP)", "EMV")]
    [InlineData(0x82, 0x62, "File descriptor", "ISO")]
    [InlineData(0x84, 0x6F, "DF name", "ISO")]
    [InlineData(0x84, 0xE3, "Executable module AID", "GP")]
    [InlineData(0x83, 0xB6, "Reference of a secret or public key", "ISO")]
    [InlineData(0x64, null, "FMD template", "ISO")]
    [InlineData(0x64, 0x73, "Secure channel protocol and its options", "GP")]
    [InlineData(0x9F38, 0xA5, "Processing options data object list (PDOL)", "EMV")]
    [InlineData(0x7F49, null, "Cardholder public key template", "ISO")]
    [InlineData(0x9F7F, null, "Card production life cycle data (CPLC)", "GP")]
    public void A_tag_is_called_by_what_is_around_it(int tag, int? parent, string name, string source) =>
        Assert.Equal(new TagName(name, source), TagNames.Find((uint)tag, parent is { } inside ? (BerTag?)new BerTag((uint)inside) : null));

    [Fact]
    public void An_unknown_tag_has_no_name() => Assert.Null(TagNames.Find(0xDFFF7F));

    [Theory]
    [InlineData(Samples.PaymentSystemEnvironment)]
    [InlineData(Samples.IssuerSecurityDomain)]
    [InlineData(Samples.CardData)]
    [InlineData(Samples.RegistryEntry)]
    [InlineData(Samples.DirectoryRecord)]
    [InlineData(Samples.UiccIccid)]
    [InlineData(Samples.EPassKeyFile)]
    public void Everything_in_a_common_structure_has_a_name(string encoded)
    {
        AssertNamed(TlvNode.Parse(Convert.FromHexString(encoded)), parent: null);

        static void AssertNamed(IEnumerable<TlvNode> nodes, BerTag? parent)
        {
            foreach (var node in nodes)
            {
                Assert.True(TagNames.Find(node.Tag, parent) is not null, $"{node.Tag} in {parent} has no name");
                AssertNamed(node.Children, node.Tag);
            }
        }
    }
}
