using PersoMesh.SmartCard;

namespace PersoMesh.Emv.Tests;

public class LocatorAndListTests
{
    [Fact]
    public void A_locator_lists_the_records_in_order()
    {
        // mrautio/emv-card-simulator@189d514: AFL of the published card.
        var locator = ApplicationFileLocator.Parse(Hex.Bytes("080202001001020018010201"));
        Assert.Equal("SFI 1 record 2, SFI 2 record 1, SFI 2 record 2, SFI 3 record 1, SFI 3 record 2", string.Join(", ", locator.Records));
        Assert.Equal("SFI 3 record 1", string.Join(", ", locator.AuthenticatedRecords));
        Assert.Equal("080202001001020018010201", Hex.Of(locator.ToArray()));
    }

    [Theory]
    // EMV 4.3 Book 3 §10.2, the rules for the four bytes.
    [InlineData("08010100" + "0901", 6)]
    [InlineData("08010100" + "09010100", 4)]
    [InlineData("00010100", 0)]
    [InlineData("F8010100", 0)]
    [InlineData("08000100", 0)]
    [InlineData("08020100", 0)]
    [InlineData("08010203", 0)]
    public void A_malformed_locator_is_refused_with_its_offset(string hex, int offset)
    {
        Assert.False(ApplicationFileLocator.TryParse(Hex.Bytes(hex), out _));
        Assert.Equal(offset, Assert.Throws<CardDataException>(() => ApplicationFileLocator.Parse(Hex.Bytes(hex))).Offset);
    }

    [Fact]
    public void A_locator_cannot_be_built_against_the_rules() =>
        Assert.Throws<ArgumentException>(() => new ApplicationFileLocator([new(1, 1, 2, 3)]));

    [Fact]
    public void A_data_object_list_is_tags_and_lengths()
    {
        // mrautio/emv-card-simulator@189d514: CDOL1 of the published card.
        var hex = "9F02069F03069F1A0295055F2A029A039C019F3704";
        var list = DataObjectList.Parse(Hex.Bytes(hex));
        Assert.Equal(8, list.Entries.Count);
        Assert.Equal(29, list.DataLength);
        Assert.True(list.AsksFor(0x9F37, 4));
        Assert.False(list.AsksFor(0x9F37, 8));
        Assert.Equal(hex, Hex.Of(list.ToArray()));
    }

    [Theory]
    [InlineData("9F37", 2)]
    [InlineData("9F37049F", 3)]
    public void A_cut_off_data_object_list_is_refused_with_its_offset(string hex, int offset) =>
        Assert.Equal(offset, Assert.Throws<CardDataException>(() => DataObjectList.Parse(Hex.Bytes(hex))).Offset);
}
