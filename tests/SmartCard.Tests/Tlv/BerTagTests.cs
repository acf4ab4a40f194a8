using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Tests.Tlv;

public class BerTagTests
{
    [Theory]
    [InlineData(0x84, 1, TagClass.ContextSpecific, false)] // ISO/IEC 7816-4, DF name
    [InlineData(0x6F, 1, TagClass.Application, true)] // FCI template
    [InlineData(0x9F02, 2, TagClass.ContextSpecific, false)] // EMV, amount: a number below 31 in two bytes
    [InlineData(0x9F38, 2, TagClass.ContextSpecific, false)] // EMV, PDOL
    [InlineData(0xBF0C, 2, TagClass.ContextSpecific, true)] // EMV, FCI issuer discretionary data
    [InlineData(0x7F49, 2, TagClass.Application, true)] // ISO/IEC 7816-8, public key
    [InlineData(0xDF8129, 3, TagClass.Private, false)] // EMV contactless Book C-2, outcome parameter set
    [InlineData(0xFF8105, 3, TagClass.Private, true)] // EMV contactless Book C-2, data record
    [InlineData(0x9FFF8170, 4, TagClass.ContextSpecific, false)]
    [InlineData(0xFFFFFF7F, 4, TagClass.Private, true)]
    public void Tags_of_one_to_four_bytes_are_taken(uint value, int length, TagClass tagClass, bool isConstructed)
    {
        var tag = new BerTag(value);
        Assert.Equal((length, tagClass, isConstructed), (tag.Length, tag.Class, tag.IsConstructed));
        Assert.True(BerTag.TryParse(tag.ToString(), out var parsed));
        Assert.Equal(tag, parsed);

        var bytes = new byte[length + 1];
        Assert.Equal(length, tag.Write(bytes));
        Assert.True(BerTag.TryRead(bytes, out var read));
        Assert.Equal(tag, read);
    }

    [Theory]
    [InlineData("00")] // end-of-contents, padding
    [InlineData("9F")] // cut off
    [InlineData("9F81")]
    [InlineData("9F818283")]
    [InlineData("9F8001")] // leading zero in the number, X.690 §8.1.2.4.2
    [InlineData("9F81828301")] // five bytes
    [InlineData("8401")] // one byte too many
    [InlineData("9F0201")]
    public void What_is_not_one_whole_tag_is_refused(string hex)
    {
        Assert.False(BerTag.TryParse(hex, out _));
        var bytes = Convert.FromHexString(hex);
        Assert.True(!BerTag.TryRead(bytes, out var tag) || tag.Length < bytes.Length);
        if (bytes.Length <= 4)
            Assert.Throws<ArgumentException>(() => new BerTag(Convert.ToUInt32(hex, 16)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData(" 84")]
    [InlineData("8G")]
    [InlineData("+84F")]
    [InlineData("0x84")]
    [InlineData("0084")]
    public void Text_that_is_no_tag_is_refused(string hex) => Assert.False(BerTag.TryParse(hex, out _));

    [Fact]
    public void A_tag_is_read_as_it_was_written() => Property.Holds(CardBytes.Tag, tag =>
    {
        Span<byte> bytes = stackalloc byte[BerTag.MaxLength];
        var length = tag.Write(bytes);
        return BerTag.TryRead(bytes[..length], out var read) && read == tag
            && BerTag.TryParse(tag.ToString(), out var parsed) && parsed == tag;
    });
}
