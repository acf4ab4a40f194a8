namespace PersoMesh.SmartCard.Tests;

public class CommandApduTests
{
    [Theory]
    // ISO/IEC 7816-4 §5.1, the four cases.
    [InlineData(0, null, "00A40400")]
    [InlineData(0, 256, "00A4040000")]
    [InlineData(2, null, "00A40400020001")]
    [InlineData(2, 16, "00A4040002000110")]
    public void Short_commands_are_encoded_by_case(int nc, int? ne, string expected)
    {
        var data = Enumerable.Range(0, nc).Select(i => (byte)i).ToArray();
        Assert.Equal(expected, Convert.ToHexString(new CommandApdu(0x00, 0xA4, 0x04, 0x00, data, ne).ToArray()));
    }
}
