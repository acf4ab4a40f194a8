using FsCheck;
using FsCheck.Fluent;
using PersoMesh.SmartCard.DataGrouping;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Tests;

/// <summary>Bytes as cards, issuers and line noise make them.</summary>
static class CardBytes
{
    // Bytes that parsers take turns at: lengths, long tags, templates, convention bytes.
    static readonly byte[] Turns = Convert.FromHexString("00010203101F3B3F626F707F8081828384888CA5FF");

    public static Gen<byte> Byte => Gen.Choose(0, 255).Select(value => (byte)value);

    public static Gen<byte[]> Any(int maxLength) => ArrayOf(Byte, maxLength);

    /// <summary>
    /// Whatever may reach a parser: noise, noise of telling bytes, and good samples with a few bytes changed, cut or added.
    /// </summary>
    public static Gen<byte[]> Hostile => Gen.OneOf(
        Any(80), ArrayOf(Gen.Elements(Turns), 40), Mutated, Mutated);

    public static Gen<BerTag> Tag => Gen.OneOf(
        Byte.Where(b => BerTag.TryCreate(b, out _)).Select(b => new BerTag(b)),
        from first in Byte from second in Byte where BerTag.TryCreate(Join(first, second), out _) select new BerTag(Join(first, second)),
        from first in Gen.Choose(0, 7)
        from second in Gen.Choose(0x81, 0xFF)
        from third in Gen.Choose(0, 0x7F)
        select new BerTag((uint)((((first << 5) | 0x1F) << 16) | (second << 8) | third)),
        from first in Gen.Choose(0, 7)
        from second in Gen.Choose(0x81, 0xFF)
        from third in Gen.Choose(0x80, 0xFF)
        from last in Gen.Choose(0, 0x7F)
        select new BerTag((uint)(((first << 5) | 0x1F) << 24) | (uint)((second << 16) | (third << 8) | last)));

    public static Gen<CommandApdu> Commands =>
        from header in Byte.ArrayOf(4)
        from nc in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 255), Gen.Choose(256, 300), Gen.Constant(65_535))
        from ne in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 256), Gen.Choose(257, 65_536))
        from fill in Byte
        select new CommandApdu(header[0], header[1], header[2], header[3], Enumerable.Repeat(fill, nc).ToArray(), ne == 0 ? null : ne);

    public static Gen<List<Dgi>> Groupings =>
        from ids in ArrayOf(Gen.Choose(0, 0xFFFF), 6)
        from length in Gen.OneOf(Gen.Choose(0, 10), Gen.Choose(250, 260), Gen.Constant(Dgi.MaxValueLength))
        from fill in Byte
        select ids.Select((id, i) => new Dgi((ushort)id, Enumerable.Repeat(fill, Math.Max(0, length - i)).ToArray())).ToList();

    static Gen<byte[]> Mutated =>
        from sample in Gen.Elements(Samples.All)
        from at in Gen.Choose(0, sample.Length - 1)
        from value in Gen.OneOf(Byte, Gen.Elements(Turns))
        from kind in Gen.Choose(0, 4)
        from other in Gen.Choose(0, sample.Length - 1)
        from otherValue in Byte
        select kind switch
        {
            0 => sample[..at],
            1 => [.. sample[..at], value, .. sample[at..]],
            2 => [.. sample, value],
            3 => With(With(sample, at, value), other, otherValue),
            _ => With(sample, at, value),
        };

    static Gen<T[]> ArrayOf<T>(Gen<T> item, int maxLength) => Gen.Choose(0, maxLength).SelectMany(length => item.ArrayOf(length));

    static byte[] With(byte[] sample, int at, byte value) => [.. sample[..at], value, .. sample[(at + 1)..]];

    static uint Join(byte first, byte second) => (uint)((first << 8) | second);
}
