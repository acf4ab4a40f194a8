using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Tests.Tlv;

public class TlvReaderTests
{
    [Fact]
    public void Data_objects_are_read_in_order_and_opened()
    {
        var reader = new TlvReader(Convert.FromHexString(Samples.PaymentSystemEnvironmentShort));
        Assert.True(reader.Read(out var fci));
        Assert.Equal((new BerTag(0x6F), 0, 26), (fci.Tag, fci.Offset, fci.Value.Length));

        var inside = fci.OpenValue();
        Assert.True(inside.Read(out var name));
        Assert.Equal((new BerTag(0x84), 2, "1PAY.SYS.DDF01"), (name.Tag, name.Offset, System.Text.Encoding.ASCII.GetString(name.Value)));
        Assert.True(inside.Read(out var proprietary));
        Assert.Equal("A5088801025F2D02656E", Convert.ToHexString(proprietary.Encoded));
        Assert.False(inside.Read(out _));

        var language = proprietary.OpenValue();
        Assert.True(language.Read(out var sfi));
        Assert.Equal((20, "02"), (sfi.Offset, Convert.ToHexString(sfi.Value)));
        Assert.True(language.Read(out var en));
        Assert.Equal((new BerTag(0x5F2D), 23, "656E"), (en.Tag, en.Offset, Convert.ToHexString(en.Value)));
        Assert.False(reader.Read(out _));
        Assert.Null(reader.Error);
    }

    [Theory]
    // X.690 §8.1.3.4 and §8.1.3.5 give lengths 38 and 201 as examples; longer forms than needed are legal in BER.
    [InlineData("8426", 38)]
    [InlineData("8481C9", 201)]
    [InlineData("848200C9", 201)]
    [InlineData("8483000001", 1)]
    [InlineData("848400000000", 0)]
    [InlineData("84820100", 256)]
    public void Lengths_of_one_to_five_bytes_are_read(string header, int length)
    {
        byte[] data = [.. Convert.FromHexString(header), .. new byte[length]];
        var reader = new TlvReader(data);
        Assert.True(reader.Read(out var element));
        Assert.Equal((length, data.Length), (element.Value.Length, element.Encoded.Length));
    }

    [Theory]
    [InlineData("84", 1, "cut off before the length")]
    [InlineData("8480", 1, "indefinite length")]
    [InlineData("30800000", 1, "indefinite length")]
    [InlineData("848500000000010A", 1, "length of more than four bytes")]
    [InlineData("84FF", 1, "length of more than four bytes")]
    [InlineData("848201", 1, "cut off within the length")]
    [InlineData("840301", 1, "length goes beyond the end")]
    [InlineData("8484FFFFFFFF", 1, "length goes beyond the end")]
    [InlineData("8484800000000102", 1, "length goes beyond the end")]
    [InlineData("9F", 0, "not a tag of one to four bytes, or cut off within one")]
    [InlineData("0000", 0, "not a tag of one to four bytes, or cut off within one")]
    [InlineData("840101840201", 4, "length goes beyond the end")]
    [InlineData("6F0584038801", 1, "length goes beyond the end")]
    [InlineData("6F05840101A503", 1 + 5, "length goes beyond the end")]
    public void Malformed_data_are_refused_with_offset_and_reason(string hex, int offset, string reason)
    {
        var error = new TlvReader(Convert.FromHexString(hex)).Check();
        Assert.Equal(new CardDataError("BER-TLV", offset, reason), error);
        Assert.Throws<CardDataException>(() => TlvNode.Parse(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Nothing_is_read_behind_malformed_data()
    {
        var reader = new TlvReader(Convert.FromHexString("8401018480840101"));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(4, reader.Error?.Offset);
    }

    [Fact]
    public void Zeros_around_data_objects_are_skipped_on_request()
    {
        // EMV 4.3 Book 3 Annex B: before, between and after data objects.
        var padded = Convert.FromHexString("000084010100007004008401020000");
        Assert.False(TlvNode.TryParse(padded, out _));
        var nodes = TlvNode.Parse(padded, TlvPadding.SkipZeros);
        Assert.Equal([(0x84u, 2), (0x70u, 7)], nodes.Select(node => (node.Tag.Value, node.Offset)));
        Assert.Equal((0x84u, 10), (nodes[1].Children[0].Tag.Value, nodes[1].Children[0].Offset));
    }

    [Fact]
    public void Nesting_is_limited()
    {
        Assert.Null(new TlvReader(Nested(15)).Check());
        var error = new TlvReader(Nested(16)).Check();
        Assert.Equal(new CardDataError("BER-TLV", 32, "nested deeper than is allowed"), error);
        Assert.Null(new TlvReader(Nested(1), maxDepth: 2).Check());
        Assert.NotNull(new TlvReader(Nested(2), maxDepth: 2).Check());

        static byte[] Nested(int levels)
        {
            byte[] data = [0x84, 0x00];
            for (var i = 0; i < levels; i++)
                data = [0x70, (byte)data.Length, .. data];
            return data;
        }
    }

    [Fact]
    public void A_path_leads_to_a_value()
    {
        var fci = Convert.FromHexString(Samples.IssuerSecurityDomain);
        Assert.True(TlvReader.TryFind(fci, out var length, 0x6F, 0xA5, 0x9F65));
        Assert.Equal("FF", Convert.ToHexString(length));
        Assert.True(TlvReader.TryFind(fci, out var name, 0x6F, 0x84));
        Assert.Equal("A000000151000000", Convert.ToHexString(name));
        Assert.False(TlvReader.TryFind(fci, out _, 0x6F, 0x88));
        Assert.False(TlvReader.TryFind(fci, out _, 0x84));
        Assert.False(TlvReader.TryFind(fci, out _));

        // The same tag twice on the way: object identifiers of SCP in card recognition data.
        Assert.True(TlvReader.TryFind(Convert.FromHexString(Samples.CardData), out var scp, 0x66, 0x73, 0x64, 0x06));
        Assert.Equal("2A864886FC6B040215", Convert.ToHexString(scp));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        using var writer = new TlvWriter();
        for (var i = 0; i < 2_000; i++)
            writer.Begin(0x70).Write(0x9F38, new byte[i % 300]).Begin(0xA5).Write(0x88, 1).End().End();
        var data = writer.ToArray();
        Count(data);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = Count(data);
        var found = TlvReader.TryFind(data, out _, 0x70, 0xA5, 0x88);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(data.Length > 300_000);
        Assert.Equal((8_000, true), (count, found));
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Refusing_allocates_nothing()
    {
        var data = Convert.FromHexString("6F05840101A503");
        _ = new TlvReader(data).Check();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRefused = new TlvReader(data).Check() is not null;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(isRefused);
        Assert.Equal(0, allocated);
    }

    static int Count(ReadOnlySpan<byte> data) => Count(new TlvReader(data));

    static int Count(TlvReader reader)
    {
        var count = 0;
        while (reader.TryRead(out var element))
            count += 1 + (element.Tag.IsConstructed ? Count(element.OpenValue()) : 0);
        return count;
    }
}
