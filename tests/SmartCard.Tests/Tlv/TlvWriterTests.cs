using System.Formats.Asn1;
using FsCheck;
using FsCheck.Fluent;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Tests.Tlv;

public class TlvWriterTests
{
    [Fact]
    public void Nested_data_objects_are_written()
    {
        using var writer = new TlvWriter();
        writer.Begin(0x6F).Write(0x84, "1PAY.SYS.DDF01"u8).Begin(0xA5).Write(0x88, 0x02).Write(0x5F2D, "en"u8).End().End();
        Assert.Equal(Samples.PaymentSystemEnvironmentShort, Convert.ToHexString(writer.WrittenSpan));
    }

    [Theory]
    // ISO/IEC 7816-4 §5.2.2.2: length fields of 1 to 5 bytes. 201 is X.690's own example.
    [InlineData(0, "8400")]
    [InlineData(127, "847F")]
    [InlineData(128, "848180")]
    [InlineData(201, "8481C9")]
    [InlineData(255, "8481FF")]
    [InlineData(256, "84820100")]
    [InlineData(65_535, "8482FFFF")]
    [InlineData(65_536, "8483010000")]
    [InlineData(0x0100_0000, "848401000000")]
    public void Lengths_take_their_shortest_form(int length, string header)
    {
        using var writer = new TlvWriter();
        writer.Write(0x84, new byte[length]);
        Assert.Equal(header, Convert.ToHexString(writer.WrittenSpan[..(header.Length / 2)]));
        Assert.Equal((header.Length / 2) + length, writer.Length);
        Assert.Equal(header.Length / 2, TlvWriter.HeaderLength(0x84, length));

        // The same when the length is only known at the end.
        using var nested = new TlvWriter();
        nested.Begin(0xA4).WriteEncoded(new byte[length]).End();
        Assert.Equal("A4" + header[2..], Convert.ToHexString(nested.WrittenSpan[..(header.Length / 2)]));
        Assert.Equal(writer.Length, nested.Length);
    }

    [Fact]
    public void Misuse_is_noticed()
    {
        using var writer = new TlvWriter();
        Assert.Throws<ArgumentException>(() => writer.Begin(0x84));
        Assert.Throws<InvalidOperationException>(() => writer.End());
        writer.Begin(0x6F);
        Assert.Throws<InvalidOperationException>(() => writer.ToArray());
        writer.End();
        Assert.Equal("6F00", Convert.ToHexString(writer.ToArray()));
    }

    [Fact]
    public void What_is_written_is_read_back() => Property.Holds(Trees, trees =>
    {
        var read = TlvNode.Parse(Encode(trees));
        return AreEqual(trees, read);

        static bool AreEqual(IReadOnlyList<Tree> trees, IReadOnlyList<TlvNode> nodes) =>
            trees.Count == nodes.Count && trees.Zip(nodes).All(pair => pair.First.Tag == pair.Second.Tag && (pair.First.Tag.IsConstructed
                ? AreEqual(pair.First.Children, pair.Second.Children)
                : pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value.Span)));
    });

    [Fact]
    public void What_is_read_is_written_back() => Property.Holds(Trees, trees =>
    {
        var encoded = Encode(trees);
        using var writer = new TlvWriter(16);
        foreach (var node in TlvNode.Parse(encoded))
            node.WriteTo(writer);
        return writer.WrittenSpan.SequenceEqual(encoded);
    });

    // .NET's own ASN.1 reader as the second opinion. It knows X.690 alone: no numbers below 31 in two bytes, as EMV has them.
    [Fact]
    public void An_ASN1_reader_understands_what_is_written() => Property.Holds(TreesOf(CardBytes.Tag.Where(IsX690), depth: 3), trees =>
    {
        return Understands(trees, new AsnReader(Encode(trees), AsnEncodingRules.BER));

        static bool Understands(IReadOnlyList<Tree> trees, AsnReader reader)
        {
            foreach (var tree in trees)
            {
                var tag = reader.PeekTag();
                if (tag.IsConstructed != tree.Tag.IsConstructed || (int)tag.TagClass >> 6 != (int)tree.Tag.Class)
                    return false;
                var content = reader.PeekContentBytes();
                reader.ReadEncodedValue();
                if (tree.Tag.IsConstructed
                    ? !Understands(tree.Children, new AsnReader(content, AsnEncodingRules.BER))
                    : !content.Span.SequenceEqual(tree.Value))
                {
                    return false;
                }
            }

            return !reader.HasData;
        }
    });

    static Gen<List<Tree>> Trees => TreesOf(CardBytes.Tag, depth: 3);

    static bool IsX690(BerTag tag) => tag.Length == 1 ? (tag.Value & 0xDF) != 0 : tag.Length > 2 || (tag.Value & 0x7F) >= 31;

    static Gen<List<Tree>> TreesOf(Gen<BerTag> tags, int depth) =>
        Gen.Choose(0, 4).SelectMany(count => TreeOf(tags, depth).ListOf(count)).Select(trees => trees.ToList());

    static Gen<Tree> TreeOf(Gen<BerTag> tags, int depth) =>
        tags.Where(tag => !tag.IsConstructed || depth > 0).SelectMany(tag => tag.IsConstructed
            ? TreesOf(tags, depth - 1).Select(children => new Tree(tag, [], children))
            : Gen.OneOf(CardBytes.Any(20), CardBytes.Any(300)).Select(value => new Tree(tag, value, [])));

    static byte[] Encode(List<Tree> trees)
    {
        using var writer = new TlvWriter(16);
        Write(trees);
        return writer.ToArray();

        void Write(List<Tree> level)
        {
            foreach (var tree in level)
            {
                if (!tree.Tag.IsConstructed)
                {
                    writer.Write(tree.Tag, tree.Value);
                    continue;
                }

                writer.Begin(tree.Tag);
                Write(tree.Children);
                writer.End();
            }
        }
    }

    sealed record Tree(BerTag Tag, byte[] Value, List<Tree> Children);
}
