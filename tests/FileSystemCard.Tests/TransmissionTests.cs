using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.FileSystemCard.Tests;

/// <summary>APDU coding and transmission protocols (ISO/IEC 7816-3 and -4).</summary>
public class TransmissionTests
{
    static readonly byte[] Instructions = [0x20, 0x24, 0x2C, 0x44, 0xA4, 0xB0, 0xB2, 0xC0, 0xD6, 0xDC, 0xE0, 0xE2, 0xCA];

    [Theory]
    [InlineData("", "6700")]
    [InlineData("00A400", "6700")]
    [InlineData("00A4000002 3F", "6700")]
    [InlineData("00B00000000100", "6700")] // extended
    [InlineData("01A4000C023F00", "6881")]
    [InlineData("40A4000C023F00", "6E00")]
    [InlineData("0CA4000C023F00", "6882")]
    [InlineData("10A4000C023F00", "6E00")]
    [InlineData("80A4000C023F00", "6E00")]
    [InlineData("0084000008", "6D00")]
    [InlineData("00C0000000", "6985")]
    public void Wrong_commands(string command, string status) => Assert.Equal(status, Some.Blank().Send(command));

    [Fact]
    public void Command_and_response_lengths_have_limits()
    {
        var card = Some.Opened(b => b with { MaxCommandData = 64, MaxResponseData = 32 });
        card.MustSend(Some.Create("820101 83024401 80020080"));
        Assert.Equal("6700", card.Send("00D6000041" + new string('1', 130)));
        card.MustSend("00D6000040" + new string('1', 128));
        Assert.Equal(new string('1', 64) + "9000", card.Send("00B0000000"));
        Assert.Equal("6A80", card.Send(Some.Create("82050221002103 83024402")));
        Assert.Equal("9000", card.Send(Some.Create("82050221002003 83024402")));
    }

    [Fact]
    public void A_T0_card_makes_the_reader_fetch_data()
    {
        var card = new SimulatedFileSystemCard(Blueprints.Demo(TransmissionProtocol.T0), 1);
        Assert.Equal("6118", card.Send("00A40004022F02"));
        Assert.Equal("626117", card.Send("00C0000001"));
        Assert.EndsWith("9000", card.Send("00C0000000"));
        Assert.Equal("6985", card.Send("00C0000000"));
        Assert.Equal("6C0A", card.Send("00B0000000"));
        Assert.Equal("5A08504D4653000000019000", card.Send("00B000000A"));
    }

    // ISO/IEC 7816-3 §8.2.5: the exclusive-or of T0 to TCK is zero.
    [Fact]
    public void The_answer_to_reset_has_a_check_byte()
    {
        var atr = Some.Blank().Atr;
        Assert.Equal(0x3B, atr[0]);
        Assert.Equal(atr.Length, 4 + (atr[1] & 0x0F));
        Assert.Equal(0, atr[1..].Aggregate((x, y) => (byte)(x ^ y)));
    }

    [Fact]
    public void Arbitrary_bytes_are_answered()
    {
        var card = Some.Opened();
        Prop.ForAll<byte[]>(command => card.Transmit(command).Length is >= 2 and <= 258).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Arbitrary_commands_are_answered()
    {
        var card = Some.Opened();
        card.MustSend(Some.CreateTransparent);
        card.MustSend(Some.Create("82050621000203 83024404"));
        var commands =
            from ins in Gen.Elements(Instructions)
            from p1 in Gen.Elements<byte>(0x00, 0x01, 0x02, 0x04, 0x08, 0x09, 0x81, 0xFF)
            from p2 in Gen.Elements<byte>(0x00, 0x01, 0x03, 0x04, 0x0C, 0x11, 0x24, 0xFF)
            from data in Gen.OneOf(
                Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i)).Resize(30),
                Gen.ArrayOf(Gen.Elements<byte>(0x44, 0x01, 0x04, 0x3F, 0x00, 0x62, 0x82, 0x83, 0x80, 0x8C, 0x02)).Resize(30))
            from le in Gen.Elements(true, false)
            let body = data.Length == 0 ? data : [(byte)data.Length, .. data]
            select (byte[])[0x00, ins, p1, p2, .. body, .. le ? new byte[1] : []];
        Prop.ForAll(commands.ToArbitrary(), c => card.Transmit(c).Length is >= 2 and <= 258)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
