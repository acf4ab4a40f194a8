using System.Text;
using PersoMesh.Conversions;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Profiles.Tests;

/// <summary>
/// Expected bytes are put together by hand: tag, length in the form of ISO/IEC 7816-4 §5.2.2.2 (one byte up to 7F, then 81 and one byte),
/// value.
/// </summary>
public class DataTemplateTests
{
    static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["pan"] = "4000001234567899",
        ["odd"] = "40000012345678901",
        ["name"] = "MÜLLER/ZOË",
        ["letters"] = "12G4",
        ["empty"] = "",
        ["long"] = new('7', 260),
    };

    [Theory]
    [InlineData("{pan}D2912", false, "4000001234567899D2912", "hex digits are not whole bytes")]
    public void An_odd_number_of_digits_is_an_error_unless_the_profile_says_pad(string template, bool pads, string digits, string reason)
    {
        var error = Assert.Throws<RenderException>(() => Hex(template, pads).Render(Fields));
        Assert.Equal($"DGI 0101, tag 57: {digits.Length} {reason}, and the profile does not say 'pad: F'.", error.Message);
        Assert.Equal($"{digits}F", Convert.ToHexString(Hex(template, pads: true).Render(Fields)));
    }

    [Theory]
    [InlineData("{pan}", "4000001234567899")]
    [InlineData("00{pan}ff", "004000001234567899FF")]
    [InlineData("{empty}", "")]
    public void Hex_digits_become_bytes(string template, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(Hex(template).Render(Fields)));

    [Fact]
    public void What_is_not_hex_is_an_error_that_keeps_the_value_to_itself()
    {
        var error = Assert.Throws<RenderException>(() => Hex("{letters}").Render(Fields));
        Assert.Equal("DGI 0101, tag 57: character 3 of 4 is not a hex digit.", error.Message);
        Assert.Equal(("DGI 0101, tag 57", "character 3 of 4 is not a hex digit."), (error.Where, error.Reason));
    }

    [Fact]
    public void A_field_without_a_value_is_named() => Assert.Equal(
        "DGI 0101, tag 57: field 'absent' has no value.", Assert.Throws<RenderException>(() => Hex("{absent}").Render(Fields)).Message);

    [Theory]
    [InlineData("iso-8859-1", "4DDC4C4C45522F5A4FCB")] // Ü = DC, Ë = CB in ISO/IEC 8859-1
    [InlineData("utf-8", "4DC39C4C4C45522F5A4FC38B")] // U+00DC = C3 9C, U+00CB = C3 8B
    public void Text_is_written_in_its_character_set(string charset, string expected)
    {
        var template = new TextTemplate("DGI 0101, tag 5F20", Template.Parse("{name}"), Encoding.GetEncoding(charset));
        Assert.Equal(expected, Convert.ToHexString(template.Render(Fields)));
    }

    [Fact]
    public void A_character_that_the_set_lacks_is_an_error_and_not_a_question_mark()
    {
        var profile = ProfileLibrary.Read("p.yaml", SoundProfile.Yaml).Require();
        var grouping = (ClearGrouping)profile.Chip!.Applications[0].Data[0];
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["digits"] = "40", ["holder"] = "ŁUKASZ" };
        var error = Assert.Throws<RenderException>(() => grouping.Render(fields));
        Assert.Equal("DGI 0101, tag 70/5F20: character 1 is not in iso-8859-1.", error.Message);
        Assert.Null(error.InnerException);
    }

    [Theory]
    [InlineData(8, 8, null)]
    [InlineData(1, 10, null)]
    [InlineData(1, 7, "DGI 0101, tag 57: 8 bytes, not 1 to 7.")]
    [InlineData(9, 9, "DGI 0101, tag 57: 8 bytes, not 9.")]
    public void Lengths_are_checked(int min, int max, string? expected)
    {
        var template = new HexTemplate("DGI 0101, tag 57", Template.Parse("{pan}"), Length: new LengthRange(min, max));
        Assert.Equal(expected, Record.Exception(() => template.Render(Fields))?.Message);
    }

    [Fact]
    public void Data_objects_have_tags_and_lengths()
    {
        // 130 bytes of 77: the value of 57 needs length 81 82, so 70 holds 5A (2 + 8), 57 (1 + 2 + 130) and 5F20 (3 + 10) = 156 = 9C bytes.
        var template = Tlv(0x70,
            new TlvObject(0x5A, Hex("{pan}")), new TlvObject(0x57, Hex("{long}")),
            new TlvObject(0x5F20, new TextTemplate("", Template.Parse("{name}"), Encoding.Latin1)));
        var expected = "70819C" + "5A084000001234567899" + "578182" + new string('7', 260) + "5F200A4DDC4C4C45522F5A4FCB";
        Assert.Equal(expected, Convert.ToHexString(template.Render(Fields)));
    }

    [Fact]
    public void Constructed_objects_nest()
    {
        // A directory entry of EMV Book 1 §12.2.3: 70 { 61 { 4F AID, 50 label } }; 61 holds 2+7 and 2+5 bytes = 10h, 70 holds 2+16 = 12h.
        var template = Tlv(0x70,
            new TlvObject(0x61, new TlvTemplate("", [new(0x4F, Hex("A0000000031010")), new(0x50, Hex("4445424954"))])));
        Assert.Equal("7012" + "6110" + "4F07A0000000031010" + "50054445424954", Convert.ToHexString(template.Render(Fields)));
    }

    [Fact]
    public void A_tag_may_occur_more_than_once_in_a_list()
    {
        var yaml = SoundProfile.Yaml.Replace("hex: 0303", "tlv: [ { 4F: A000000003, 87: 01 }, { 4F: A000000004 } ]",
            StringComparison.Ordinal);
        var profile = ProfileLibrary.Read("p.yaml", yaml).Require();
        Assert.Equal("4F05A000000003" + "870101" + "4F05A000000004",
            Convert.ToHexString(((ClearGrouping)profile.Chip!.Applications[0].Data[^1]).Render(Fields)));
    }

    [Fact]
    public void A_record_has_at_most_254_bytes()
    {
        // 2 × 123 bytes in 57 and 5A give 2 × (2 + 123) = 250 bytes; with 70 81 FA, 253. One byte more is 254, two are too many.
        static ClearGrouping Record(int length) => new(new DgiId(0x0101), Tlv(0x70,
            new TlvObject(0x57, Hex(new string('0', 246))), new TlvObject(0x5A, Hex(new string('0', 2 * length)))));
        Assert.Equal(254, Record(124).Render(Fields).Length);
        Assert.Equal("DGI 0101: 255 bytes, but a record has at most 254.",
            Assert.Throws<RenderException>(() => Record(125).Render(Fields)).Message);
    }

    static HexTemplate Hex(string template, bool pads = false) => new("DGI 0101, tag 57", Template.Parse(template), pads);

    static TlvTemplate Tlv(uint tag, params TlvObject[] objects) =>
        new("DGI 0101", [new TlvObject(tag, new TlvTemplate($"DGI 0101, tag {new BerTag(tag)}", objects))]);
}
