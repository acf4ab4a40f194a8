using PersoMesh.SmartCard.AnswerToReset;
using PersoMesh.SmartCard.DataGrouping;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Tests;

/// <summary>
/// Whatever bytes come, a parser gives a result or <see cref="CardDataException"/>, its Try form agrees with it, and the refusal
/// points into the data without quoting them.
/// </summary>
public class HostileInputTests
{
    const int Times = 4000;

    [Fact]
    public void Command_APDUs() => AssertTotal(bytes => CommandApdu.TryParse(bytes, out _), bytes => CommandApdu.Parse(bytes).ToString());

    [Fact]
    public void Response_APDUs() => AssertTotal(
        bytes => ResponseApdu.TryParse(bytes, out _), bytes => Assert.Equal(bytes, ResponseApdu.Parse(bytes).ToArray()));

    [Fact]
    public void Tlv_trees() => AssertTotal(
        bytes => TlvNode.TryParse(bytes, out _),
        bytes => Assert.All(TlvNode.Parse(bytes), node => Assert.True(node.Offset + node.Value.Length <= bytes.Length)));

    [Fact]
    public void Tlv_trees_with_padding() => AssertTotal(
        bytes => TlvNode.TryParse(bytes, out _, TlvPadding.SkipZeros), bytes => TlvNode.Parse(bytes, TlvPadding.SkipZeros));

    [Fact]
    public void Tlv_readers() => AssertTotal(bytes => new TlvReader(bytes).Check() is null, bytes =>
    {
        var reader = new TlvReader(bytes);
        while (reader.Read(out var element))
            Assert.Equal(bytes.AsSpan(element.Offset, element.Encoded.Length), element.Encoded);
        if (new TlvReader(bytes).Check() is { } error)
            throw error.ToException();
    });

    [Fact]
    public void Tlv_paths() => Property.Holds(
        CardBytes.Hostile, bytes => !TlvReader.TryFind(bytes, out var value, 0x6F, 0xA5, 0x88) || value.Length <= bytes.Length, Times);

    [Fact]
    public void Tags() => Property.Holds(
        CardBytes.Hostile, bytes => !BerTag.TryRead(bytes, out var tag) || (tag.Length <= bytes.Length && tag.Value != 0), Times);

    [Fact]
    public void Data_groupings() => AssertTotal(
        bytes => Dgi.TryParse(bytes, out _), bytes => Assert.Equal(bytes, Dgi.Parse(bytes).SelectMany(grouping => grouping.ToArray())));

    [Fact]
    public void Answers_to_reset() => AssertTotal(bytes => Atr.TryParse(bytes, out _), bytes =>
    {
        var atr = Atr.Parse(bytes);
        Assert.Equal(bytes, atr.Bytes.ToArray());
        Assert.NotEmpty(atr.Protocols);
        Assert.NotEmpty(atr.InterfaceBytes);
        _ = (atr.Factors, atr.SpecificMode, atr.WaitingTimeInteger, atr.BlockProtocol, atr.VoltageClasses, atr.Checksum, atr.Convention);
        var historical = atr.HistoricalBytes;
        var capabilities = historical.CardCapabilities;
        _ = (historical.Category, historical.LifeCycle, historical.StatusWord, historical.CardServiceData);
        _ = (capabilities?.SelectionMethods, capabilities?.DataCoding, capabilities?.LogicalChannels);
    });

    [Fact]
    public void File_control_parameters() => AssertTotal(
        bytes => FileControlParameters.TryParse(bytes, out _),
        bytes =>
        {
            // What was read can be written, and is read again as the same.
            var written = FileControlParameters.Parse(bytes).ToArray();
            Assert.Equal(written, FileControlParameters.Parse(written).ToArray());
        });

    [Fact]
    public void Security_attributes() => AssertTotal(
        bytes => CompactAccessRule.TryParse(bytes, out _),
        bytes => Assert.Equal(bytes, CompactAccessRule.Parse(bytes).SelectMany(rule => rule.ToArray())));

    [Fact]
    public void File_descriptors() => Property.Holds(
        CardBytes.Hostile,
        bytes => FileDescriptor.TryParse(bytes, out var read)
            ? bytes.Length is >= 1 and <= 6 && FileDescriptor.TryParse(read.ToArray(), out var again) && read == again
            : bytes.Length is 0 or > 6,
        Times);

    [Theory]
    [InlineData(0x30, 0x80)]
    [InlineData(0x70, 0x82)]
    [InlineData(0x1F, 0xFF)]
    [InlineData(0x00, 0x00)]
    [InlineData(0xA5, 0x00)]
    [InlineData(0xFF, 0xFF)]
    public void A_megabyte_of_the_same_is_dealt_with(byte first, byte second)
    {
        var bytes = new byte[1 << 20];
        for (var i = 0; i < bytes.Length; i += 2)
            (bytes[i], bytes[i + 1]) = (first, second);
        _ = TlvNode.TryParse(bytes, out _);
        _ = TlvNode.TryParse(bytes, out _, TlvPadding.SkipZeros);
        _ = Dgi.TryParse(bytes, out _);
        _ = FileControlParameters.TryParse(bytes, out _);
        _ = CompactAccessRule.TryParse(bytes, out _);
        Assert.False(Atr.TryParse(bytes, out _));
        Assert.False(CommandApdu.TryParse(bytes, out _));
    }

    [Fact]
    public void A_tower_of_templates_is_refused_at_the_limit()
    {
        // Each level encloses the next with an honest length: 200,000 levels would overflow the stack of a careless parser.
        var header = new byte[] { 0x70, 0x83, 0x00, 0x00, 0x00 };
        var bytes = new byte[1_000_000];
        for (var at = 0; at < bytes.Length; at += header.Length)
        {
            var rest = bytes.Length - at - header.Length;
            (header[2], header[3], header[4]) = ((byte)(rest >> 16), (byte)(rest >> 8), (byte)rest);
            header.CopyTo(bytes, at);
        }

        var error = Assert.Throws<CardDataException>(() => TlvNode.Parse(bytes));
        Assert.Equal(new CardDataError("BER-TLV", TlvReader.DefaultMaxDepth * header.Length, "nested deeper than is allowed"), error.Error);
    }

    static void AssertTotal(Func<byte[], bool> tryParse, Action<byte[]> parse) => Property.Holds(
        CardBytes.Hostile,
        bytes =>
        {
            var isTaken = tryParse(bytes);
            try
            {
                parse(bytes);
                return isTaken;
            }
            catch (CardDataException e)
            {
                return !isTaken && e.Offset >= 0 && e.Offset <= bytes.Length && e.Message == $"{e.Structure}, byte {e.Offset}: {e.Reason}"
                    && (bytes.Length < 3 || !e.Message.Contains(Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase));
            }
        },
        Times);
}
