using PersoMesh.Conversions;

namespace PersoMesh.Profiles.Tests;

public class SecretPartTests
{
    const string Where = "DGI 8000, part 1";

    static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["pan"] = "4000001234567899",
        ["seq"] = "01",
        ["block"] = "0123456789ABCDEF",
        ["short"] = "0123",
        ["words"] = "not digits",
        ["badge"] = "00123456",
    };

    [Fact]
    public void An_EMV_master_key_needs_the_PAN_and_its_sequence_number()
    {
        var part = new EmvMasterKeyPart(Where, "IMK-AC", Template.Parse("{pan}"), Template.Parse("{seq}"));
        Assert.Equal(new EmvMasterKeyParameters("IMK-AC", "4000001234567899", "01"), part.Resolve(Fields));
        Assert.True(part is { Length: 16, IsKey: true, KeyLabel: "IMK-AC" });
    }

    [Theory]
    [InlineData("{words}", "{seq}", "DGI 8000, part 1: 'pan' is not 8 to 19 decimal digits.")]
    [InlineData("{short}", "{seq}", "DGI 8000, part 1: 'pan' is not 8 to 19 decimal digits.")]
    [InlineData("{pan}", "{short}", "DGI 8000, part 1: 'sequence' is not 2 decimal digits.")]
    [InlineData("{pan}", "{absent}", "DGI 8000, part 1: field 'absent' has no value.")]
    public void A_value_that_does_not_fit_is_an_error_without_the_value(string pan, string sequence, string expected)
    {
        var part = new EmvMasterKeyPart(Where, "IMK", Template.Parse(pan), Template.Parse(sequence));
        Assert.Equal(expected, Assert.Throws<RenderException>(() => part.Resolve(Fields)).Message);
    }

    [Fact]
    public void A_PIN_block_is_eight_enciphered_bytes()
    {
        var part = new PinBlockPart(Where, Template.Parse("{block}"), "ZPK", Template.Parse("{pan}"), PinFormat.Iso0, PinFormat.Iso2);
        var parameters = Assert.IsType<PinBlockParameters>(part.Resolve(Fields));
        Assert.Equal("0123456789ABCDEF", Convert.ToHexString(parameters.Block));
        Assert.True(parameters is { Key: "ZPK", Pan: "4000001234567899", From: PinFormat.Iso0, To: PinFormat.Iso2 });
        Assert.True(part is { Length: 8, IsKey: false, KeyLabel: "ZPK" });
        Assert.Equal("DGI 8000, part 1: 2 bytes, not 8.",
            Assert.Throws<RenderException>(() => (part with { Block = Template.Parse("{short}") }).Resolve(Fields)).Message);
    }

    [Fact]
    public void A_PIN_block_of_format_1_goes_without_the_PAN()
    {
        var part = new PinBlockPart(Where, Template.Parse("{block}"), "ZPK", null, PinFormat.Iso1, PinFormat.Iso2);
        Assert.Null(Assert.IsType<PinBlockParameters>(part.Resolve(Fields)).Pan);
    }

    [Fact]
    public void A_PIN_block_of_format_4_has_sixteen_bytes()
    {
        var (block, pan) = (Template.Parse("{block}{block}"), Template.Parse("{pan}"));
        var part = new PinBlockPart(Where, block, "ZPK", pan, PinFormat.Iso4, PinFormat.Iso2);
        Assert.Equal("0123456789ABCDEF0123456789ABCDEF",
            Convert.ToHexString(Assert.IsType<PinBlockParameters>(part.Resolve(Fields)).Block));
        Assert.Throws<RenderException>(() => (part with { Block = Template.Parse("{block}") }).Resolve(Fields));
    }

    [Fact]
    public void An_AES_key_has_a_diversifier()
    {
        var part = new AesKeyPart(Where, "SITE", Template.Parse("01{badge}"));
        Assert.Equal("0100123456", Convert.ToHexString(Assert.IsType<AesKeyParameters>(part.Resolve(Fields)).Diversifier));
        Assert.Equal("DGI 8000, part 1: character 2 of 11 is not a hex digit.",
            Assert.Throws<RenderException>(() => (part with { Diversifier = Template.Parse("0{words}") }).Resolve(Fields)).Message);
    }

    [Fact]
    public void Random_bytes_have_a_length_only()
    {
        var part = new RandomPart(Where, 24);
        Assert.Equal(new RandomParameters(24), part.Resolve(Fields));
        Assert.True(part is { Length: 24, IsKey: false, KeyLabel: null });
    }

    [Fact]
    public void Resolved_parameters_show_nothing()
    {
        Assert.Equal("EmvMasterKeyParameters", new EmvMasterKeyParameters("IMK", "4000001234567899", "01").ToString());
        Assert.Equal("PinBlockParameters",
            new PinBlockParameters([1, 2], "ZPK", "4000001234567899", PinFormat.Iso0, PinFormat.Iso2).ToString());
    }

    [Theory]
    [InlineData("0101", true, true, false, false)]
    [InlineData("0A01", true, true, false, false)]
    [InlineData("0B01", true, false, false, false)]
    [InlineData("1E01", true, false, false, false)]
    [InlineData("1F01", false, false, false, false)]
    [InlineData("7FFF", false, false, false, false)]
    [InlineData("8000", false, false, true, true)]
    [InlineData("9010", false, false, true, false)]
    [InlineData("A002", false, false, true, false)]
    public void The_first_byte_of_a_DGI_says_what_it_is(string text, bool isRecord, bool isEmvRecord, bool isHigh, bool mustBeSecret)
    {
        Assert.True(DgiId.TryParse(text, out var dgi));
        Assert.Equal((isRecord, isEmvRecord, isHigh && text[0] != '9', mustBeSecret),
            (dgi.IsRecord, dgi.IsEmvRecord, dgi.MayBeSecret, dgi.MustBeSecret));
        Assert.Equal(text, dgi.ToString());
    }
}
