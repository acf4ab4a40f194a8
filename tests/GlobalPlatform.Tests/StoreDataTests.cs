using FsCheck;
using FsCheck.Fluent;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.GlobalPlatform.Tests;

public class StoreDataTests
{
    [Fact]
    public void Groupings_of_the_same_encryption_share_a_command()
    {
        // GPC 2.3.1 table 11-89 and STANDARDS.md §1.1: 00 clear, 60 encrypted, 80 on the last.
        var commands = StoreData.Commands(
            [Clear(0x0101, "7003"), Clear(0x9102, "A5"), Secret(0x8000, "1122334455667788"), Clear(0x9000, "AABBCC")],
                new StoreDataOptions { MaxData = 255 });
        Assert.Equal(
            ["80E2000009" + "0101027003" + "910201A5", "80E260010B" + "8000081122334455667788", "80E2800206" + "900003AABBCC"],
            commands.Select(Hex.Of));
    }

    [Fact]
    public void A_long_grouping_is_cut_and_goes_on_without_a_header()
    {
        // STANDARDS.md §1.1: 431 bytes have the length FF01AF.
        var value = Enumerable.Range(0, 431).Select(i => (byte)i).ToArray();
        var commands = StoreData.Commands(
            [Clear(0x0101, "7000"), new(new Dgi(0x0102, value)), Clear(0x0103, "7000")],
                new StoreDataOptions { MaxData = 239, Format = StoreDataFormat.Dgi });
        Assert.Equal([5, 239, 197, 5], commands.Select(c => c.Data.Length));
        Assert.Equal([0x08, 0x08, 0x08, 0x88], commands.Select(c => (int)c.P1));
        Assert.Equal("0102FF01AF", Convert.ToHexString(commands[1].Data.Span[..5]));
        Assert.Equal(value, commands[1].Data[5..].ToArray().Concat(commands[2].Data.ToArray()));
    }

    [Fact]
    public void Options_show_in_the_parameters()
    {
        var options = new StoreDataOptions
        {
            MaxData = 255,
            Format = StoreDataFormat.Dgi,
            GroupDataGroupings = false,
            ExpectsResponse = true,
            EndsWithLast = false,
            FirstBlockNumber = 0xFF,
        };
        var commands = StoreData.Commands([Clear(0x0101, "70"), Secret(0x8000, "11")], options);
        Assert.Equal(["80E209FF04" + "01010170" + "00", "80E2690004" + "80000111" + "00"], commands.Select(Hex.Of));
    }

    [Fact]
    public void Tlvs_for_a_security_domain_go_with_their_own_format()
    {
        // STANDARDS.md §4.4: P1 90 = last, BER-TLV. GlobalPlatformPro TestStoreData.testSingleBlockGetsLastBlockBit.
        var command = Assert.Single(StoreData.Commands(Hex.Bytes("4F05A000000151"),
            new StoreDataOptions { MaxData = 247, Format = StoreDataFormat.BerTlv }));
        Assert.Equal("80E2900007" + "4F05A000000151", Hex.Of(command));
        Assert.Equal([247, 53], StoreData.Commands(new byte[300], new StoreDataOptions { MaxData = 247 }).Select(c => c.Data.Length));
    }

    [Fact]
    public void Every_layout_carries_every_byte_once_and_in_order() => Property.Holds(Cases, input =>
    {
        var (shapes, options) = input;
        var plan = StoreDataLayout.Plan(shapes, options);
        var pieces = plan.SelectMany(b => b.Pieces).ToList();
        var expected = shapes.SelectMany((s, i) =>
            Enumerable.Range(0, Dgi.HeaderLength(s.ValueLength) + s.ValueLength).Select(at => (i, at)));
        return pieces.SelectMany(p => Enumerable.Range(p.Offset, p.Length).Select(at => (p.Grouping, at))).SequenceEqual(expected)
            && plan.All(b => b.Pieces.Sum(p => p.Length) <= options.MaxData && b.Pieces.Count > 0)
            && plan.All(b => b.Pieces.All(p => (int)shapes[p.Grouping].Encryption == (b.P1 & 0x60)))
            && plan.Select((b, i) => b.P2 == (byte)(options.FirstBlockNumber + i)).All(x => x)
            && plan.Take(plan.Count - 1).All(b => (b.P1 & 0x80) == 0)
            && ((plan[^1].P1 & 0x80) != 0) == options.EndsWithLast;
    });

    [Fact]
    public void No_grouping_is_cut_that_fits_in_one_command() => Property.Holds(Cases, input =>
    {
        var (shapes, options) = input;
        var pieces = StoreDataLayout.Plan(shapes, options).SelectMany(b => b.Pieces).GroupBy(p => p.Grouping);
        return pieces.All(p => p.Count() == 1 || p.Sum(piece => piece.Length) > options.MaxData);
    });

    [Fact]
    public void What_cannot_be_laid_out_is_refused()
    {
        var options = new StoreDataOptions { MaxData = 255 };
        Assert.Throws<ArgumentException>(() => StoreDataLayout.Plan([], options));
        Assert.Throws<ArgumentException>(() => StoreDataLayout.Plan([new(1, StoreDataEncryption.None)], options with { MaxData = 5 }));
        Assert.Throws<ArgumentException>(() => StoreDataLayout.Plan([new(0xFFFF, StoreDataEncryption.None)], options));
        Assert.Throws<ArgumentException>(() => StoreData.Commands(ReadOnlyMemory<byte>.Empty, options));
    }

    static Gen<(DataGroupingShape[] Shapes, StoreDataOptions Options)> Cases =>
        from count in Gen.Choose(1, 8)
        from lengths in Gen.OneOf(Gen.Choose(0, 60), Gen.Choose(225, 265), Gen.Choose(0, 1000)).ArrayOf(count)
        from encrypted in Gen.Elements(StoreDataEncryption.None, StoreDataEncryption.ApplicationDependent, StoreDataEncryption.All).ArrayOf(count)
        from max in Gen.OneOf(Gen.Choose(6, 30), Gen.Elements(239, 247, 255))
        from flags in Gen.Choose(0, 3)
        from first in Gen.Choose(0, 255)
        select (
            lengths.Zip(encrypted, (length, e) => new DataGroupingShape(length, e)).ToArray(),
            new StoreDataOptions
            {
                MaxData = max,
                GroupDataGroupings = (flags & 1) != 0,
                EndsWithLast = (flags & 2) != 0,
                FirstBlockNumber = (byte)first
            });

    static DataGroupingToStore Clear(ushort id, string value) => new(new Dgi(id, Hex.Bytes(value)));

    static DataGroupingToStore Secret(ushort id, string value) => new(new Dgi(id, Hex.Bytes(value)), IsEncrypted: true);
}
