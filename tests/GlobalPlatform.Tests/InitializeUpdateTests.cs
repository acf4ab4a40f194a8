using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class InitializeUpdateTests
{
    [Fact]
    public void An_scp02_answer_is_read()
    {
        var answer = InitializeUpdateResponse.Parse(Hex.Bytes("000073204CC7A85453292A02001C389736801E91531A9CC29523CDA9"));
        Assert.Equal("000073204CC7A8545329", Convert.ToHexString(answer.KeyDiversificationData.Span));
        Assert.Equal((SecureChannelProtocol.Scp02, (byte)0x2A, (int?)0x001C), (answer.Protocol, answer.KeyVersion, answer.SequenceCounter));
        Assert.Equal("389736801E91", Convert.ToHexString(answer.CardChallenge.Span));
        Assert.Equal("531A9CC29523CDA9", Convert.ToHexString(answer.CardCryptogram.Span));
        Assert.Null(answer.Implementation);
    }

    [Fact]
    public void An_scp03_answer_is_read()
    {
        var answer = InitializeUpdateResponse.Parse(Hex.Bytes(Scp03Vectors.CosmoAnswer));
        Assert.Equal((SecureChannelProtocol.Scp03, (byte)0x01, (int?)0x13, (byte?)0x70),
            (answer.Protocol, answer.KeyVersion, answer.SequenceCounter, answer.Implementation));
        Assert.Equal("827BBF7447C06D73", Convert.ToHexString(answer.CardChallenge.Span));
        Assert.Equal("29DD896EBC4D6DF7", Convert.ToHexString(answer.CardCryptogram.Span));
        Assert.False(answer.IsS16);
    }

    [Theory]
    [InlineData(27, 0x02, 0x00)]
    [InlineData(29, 0x02, 0x00)]
    [InlineData(28, 0x01, 0x00)]
    [InlineData(28, 0x03, 0x00)]
    [InlineData(29, 0x03, 0x10)]
    [InlineData(32, 0x03, 0x00)]
    [InlineData(32, 0x03, 0x11)]
    [InlineData(45, 0x03, 0x00)]
    public void Length_protocol_and_i_must_fit(int length, byte protocol, byte i)
    {
        var data = new byte[length];
        (data[11], data[12]) = (protocol, i);
        Assert.False(InitializeUpdateResponse.TryParse(data, out _));
        Assert.Throws<SmartCard.CardDataException>(() => InitializeUpdateResponse.Parse(data));
    }

    [Theory]
    [InlineData(29, 0x60)]
    [InlineData(32, 0x70)]
    [InlineData(45, 0x01)]
    [InlineData(48, 0x71)]
    public void All_scp03_forms_are_read(int length, byte i)
    {
        var data = new byte[length];
        (data[11], data[12], data[^1]) = (3, i, 7);
        var answer = InitializeUpdateResponse.Parse(data);
        Assert.Equal((i & 1) != 0, answer.IsS16);
        Assert.Equal((i & 0x10) != 0 ? 7 : null, answer.SequenceCounter);
    }

    [Fact]
    public void The_command_takes_challenges_of_8_or_16_bytes()
    {
        Assert.Equal("80503000080001020304050607" + "00", Hex.Of(InitializeUpdate.Command(0x30, Hex.Bytes("0001020304050607"))));
        Assert.Equal(16, InitializeUpdate.Command(0, new byte[16]).Data.Length);
        Assert.Throws<ArgumentException>(() => InitializeUpdate.Command(0, new byte[7]));
    }

    [Theory]
    [InlineData(SecureChannelProtocol.Scp02, 0x00, false, 255)]
    [InlineData(SecureChannelProtocol.Scp02, 0x01, false, 247)]
    [InlineData(SecureChannelProtocol.Scp02, 0x03, false, 239)]
    [InlineData(SecureChannelProtocol.Scp03, 0x11, false, 247)]
    [InlineData(SecureChannelProtocol.Scp03, 0x33, false, 239)]
    [InlineData(SecureChannelProtocol.Scp03, 0x01, true, 239)]
    [InlineData(SecureChannelProtocol.Scp03, 0x33, true, 223)]
    public void The_room_in_a_command_is_known(SecureChannelProtocol protocol, byte level, bool s16, int expected) =>
        Assert.Equal(expected, SecureMessagingLimits.MaxPlainData(protocol, (SecurityLevel)level, s16));

    [Fact]
    public void Quirks_have_names() =>
        Assert.All(CardQuirkNames.All, name => Assert.True(CardQuirkNames.TryParse(name, out var quirk) && quirk != CardQuirks.None));
}
