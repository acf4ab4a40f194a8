using System.Buffers;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.SmartCard.Tests.DataGrouping;

public class DgiTests
{
    [Theory]
    // strexp/card42 docs/specs/emv/personalization.md §3.2 (after EMV CPS 2.0): 431 is FF01AF; 255 is the first with three bytes.
    [InlineData(0x0101, 0, "010100")]
    [InlineData(0x9102, 254, "9102FE")]
    [InlineData(0x8201, 255, "8201FF00FF")]
    [InlineData(0x0201, 431, "0201FF01AF")]
    [InlineData(0x7FFF, 65_534, "7FFFFFFFFE")]
    public void Lengths_take_one_or_three_bytes(int id, int length, string header)
    {
        var encoded = new Dgi((ushort)id, new byte[length]).ToArray();
        Assert.Equal(header, Convert.ToHexString(encoded[..(header.Length / 2)]));
        Assert.Equal((header.Length / 2) + length, encoded.Length);
        Assert.Equal(new Dgi((ushort)id, new byte[length]), Assert.Single(Dgi.Parse(encoded)));
    }

    [Theory]
    [InlineData("01", 0, "cut off before the end of identifier and length")]
    [InlineData("0101", 0, "cut off before the end of identifier and length")]
    [InlineData("010103AABB", 2, "length goes beyond the end")]
    [InlineData("0101FF01", 2, "cut off within the length")]
    [InlineData("0101FF00FE", 2, "length after FF is not between 255 and 65,534")]
    [InlineData("0101FFFFFF", 2, "length after FF is not between 255 and 65,534")]
    [InlineData("0101FF0100", 2, "length goes beyond the end")]
    [InlineData("010101AA0102", 4, "cut off before the end of identifier and length")]
    [InlineData("010101AA010202BB", 6, "length goes beyond the end")]
    // BER's 81 is a length of 129 here (pitfall 21 of STANDARDS).
    [InlineData("01018103", 2, "length goes beyond the end")]
    public void Malformed_data_are_refused_with_offset_and_reason(string hex, int offset, string reason)
    {
        Assert.False(Dgi.TryParse(Convert.FromHexString(hex), out var none));
        Assert.Null(none);
        var error = Assert.Throws<CardDataException>(() => Dgi.Parse(Convert.FromHexString(hex)));
        Assert.Equal(new CardDataError("DGI", offset, reason), error.Error);
    }

    [Fact]
    public void Groupings_are_read_in_order()
    {
        var reader = new DgiReader(Convert.FromHexString("010103700101910204A5028800"));
        Assert.True(reader.Read(out var record));
        Assert.Equal((0x0101, 0, "700101"), (record.Id, record.Offset, Convert.ToHexString(record.Value)));
        Assert.True(reader.Read(out var fci));
        Assert.Equal((0x9102, 6, "910204A5028800"), (fci.Id, fci.Offset, Convert.ToHexString(fci.Encoded)));
        Assert.False(reader.Read(out _));
    }

    [Fact]
    public void What_is_written_is_read_back() => Property.Holds(
        CardBytes.Groupings,
        groupings =>
        {
            var output = new ArrayBufferWriter<byte>();
            foreach (var grouping in groupings)
                grouping.WriteTo(output);
            return Dgi.Parse(output.WrittenMemory).SequenceEqual(groupings) && output.WrittenCount == groupings.Sum(g => g.EncodedLength);
        },
        times: 300);

    [Fact]
    public void Reading_allocates_nothing()
    {
        var data = Enumerable.Range(0, 1000).SelectMany(i => new Dgi((ushort)i, new byte[i % 400]).ToArray()).ToArray();
        Count(data);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = Count(data);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((1000, 0L), (count, allocated));

        static int Count(ReadOnlySpan<byte> data)
        {
            var reader = new DgiReader(data);
            var count = 0;
            while (reader.TryRead(out _))
                count++;
            return count;
        }
    }

    [Fact]
    public void A_value_that_no_length_can_say_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dgi(0x0101, new byte[65_535]));

    [Fact]
    public void A_grouping_says_nothing_of_its_value() => Assert.Equal("DGI 8201, 16 bytes", new Dgi(0x8201, new byte[16]).ToString());
}
