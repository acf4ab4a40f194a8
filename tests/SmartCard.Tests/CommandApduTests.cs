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

    [Theory]
    // ISO/IEC 7816-3 §12.1.3: Lc 00 and two bytes; Le two bytes after data, 00 and two bytes without.
    [InlineData(0, 257, "00B00000000101")]
    [InlineData(0, 65_536, "00B00000000000")]
    [InlineData(256, null, "00B00000000100")]
    [InlineData(256, 256, "00B00000000100", "0100")]
    [InlineData(1, 65_536, "00B0000000000100", "0000")]
    public void Extended_commands_are_encoded_by_case(int nc, int? ne, string start, string end = "")
    {
        var encoded = Convert.ToHexString(new CommandApdu(0x00, 0xB0, 0x00, 0x00, new byte[nc], ne).ToArray());
        Assert.StartsWith(start, encoded, StringComparison.Ordinal);
        Assert.EndsWith(end, encoded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00A40400", 0, null)]
    [InlineData("00B0000004", 0, 4)] // ICAO 9303-11 App. D.4, READ BINARY
    [InlineData("00B0000000", 0, 256)]
    [InlineData("00A4020C02011E", 2, null)] // ICAO 9303-11 App. D.4, SELECT EF.COM
    [InlineData("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", 21, 256)] // the same, protected
    [InlineData("00B00000000101", 0, 257)]
    [InlineData("00B00000000000", 0, 65_536)]
    [InlineData("00D600000000023132", 2, null)]
    [InlineData("00CB3FFF0000025C003132", 2, 0x3132)]
    [InlineData("00CB3FFF0000025C000000", 2, 65_536)]
    public void Commands_are_read_by_case(string encoded, int nc, int? ne)
    {
        var command = CommandApdu.Parse(Convert.FromHexString(encoded));
        Assert.Equal(encoded[..8], command.Header);
        Assert.Equal(nc, command.Data.Length);
        Assert.Equal(ne, command.Ne);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("00A404", 3)]
    [InlineData("00A4040003112233445566", 4)] // Lc 3, 6 bytes
    [InlineData("00A40400021122334455", 4)] // Lc 2, 3 bytes too many
    [InlineData("00A404000011", 4)] // neither Le nor a whole extended length
    [InlineData("00A404000000001122", 4)] // Lc 0 in extended form
    [InlineData("00A40400000002112233", 4)] // extended Lc with a Le of one byte
    [InlineData("00A4040000000211", 4)]
    public void Lengths_that_do_not_add_up_are_refused(string encoded, int offset)
    {
        Assert.False(CommandApdu.TryParse(Convert.FromHexString(encoded), out var command));
        Assert.Null(command);
        var error = Assert.Throws<CardDataException>(() => CommandApdu.Parse(Convert.FromHexString(encoded)));
        Assert.Equal(("command APDU", offset), (error.Structure, error.Offset));
    }

    [Fact]
    public void Another_Ne_leaves_the_rest_alone()
    {
        var command = new CommandApdu(0x84, 0xE2, 0x91, 0x00, new byte[] { 1, 2 }, 256).WithNe(7);
        Assert.Equal("84E2910002010207", Convert.ToHexString(command.ToArray()));
        Assert.Equal("84E29100020102", Convert.ToHexString(command.WithNe(null).ToArray()));
    }

    [Fact]
    public void What_is_written_is_read_back() => Property.Holds(CardBytes.Commands, command =>
    {
        var read = CommandApdu.Parse(command.ToArray());
        return read.Header == command.Header && read.Ne == command.Ne && read.Data.Span.SequenceEqual(command.Data.Span);
    });

    [Fact]
    public void A_command_says_nothing_of_its_data() =>
        Assert.Equal("00200080 Nc=8 Ne=-", new CommandApdu(0x00, 0x20, 0x00, 0x80, new byte[8]).ToString());
}
