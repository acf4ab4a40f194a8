using System.Text;
using PersoMesh.SmartCard;

namespace PersoMesh.Emv.Tests;

public class PersonalizationRecordTests
{
    static readonly PersonalizationRecord Sample = new(
        [new("IC", Hex.Bytes("0102")), new("MAG", default), new("EMBOSS1", "DOE"u8.ToArray())]);

    [Fact]
    public void A_record_is_a_length_and_modules()
    {
        var expected =
            "00000026"
            + "49432020202020" + "00000002" + "0102"
            + "4D414720202020" + "00000000"
            + "454D424F535331" + "00000003" + "444F45";
        Assert.Equal(expected, Hex.Of(PersonalizationRecordFormat.Default.Write(Sample)));
        var parsed = PersonalizationRecordFormat.Default.Parse(Hex.Bytes(expected).AsMemory(4));
        Assert.Equal("personalization record: module IC, 2 bytes, module MAG, 0 bytes, module EMBOSS1, 3 bytes", parsed.ToString());
        Assert.Equal("0102", Hex.Of(parsed.Find("IC")!.Data.Span));
        Assert.Null(parsed.Find("ic"));
    }

    [Fact]
    public void Lengths_may_be_decimal_text()
    {
        var format = new PersonalizationRecordFormat(codeLength: 3, lengthSize: 5, lengthCoding: RecordLengthCoding.DecimalText);
        var record = new PersonalizationRecord([new("IC", Hex.Bytes("4142"))]);
        Assert.Equal("00010IC 00002AB", Encoding.ASCII.GetString(format.Write(record)));
        Assert.Equal("4142", Hex.Of(format.Parse("IC 00002AB"u8.ToArray()).Modules[0].Data.Span));
        Assert.Equal(3, Assert.Throws<CardDataException>(() => format.Parse("IC 0000xAB"u8.ToArray())).Offset);
        Assert.Throws<ArgumentException>(() => format.Write(Sample));
    }

    [Theory]
    [InlineData("494320202020200000", 0, "cut off within code and length of a module")]
    [InlineData("494320202020200000000201", 7, "the length of a module goes beyond the end of the record")]
    [InlineData("49204320202020" + "00000000", 0, "the module identifier code is not printable ASCII without spaces inside")]
    [InlineData("20202020202020" + "00000000", 0, "the module identifier code is not printable ASCII without spaces inside")]
    public void A_malformed_record_is_refused_with_its_offset(string hex, int offset, string reason)
    {
        var e = Assert.Throws<CardDataException>(() => PersonalizationRecordFormat.Default.Parse(Hex.Bytes(hex)));
        Assert.Equal((offset, reason), (e.Offset, e.Reason));
    }

    [Fact]
    public async Task A_file_is_read_record_by_record_even_when_it_arrives_in_small_pieces()
    {
        var encoded = PersonalizationRecordFormat.Default.Write(Sample);
        await using var file = new TricklingStream([.. encoded, .. encoded, .. encoded]);
        var reader = new PersonalizationRecordReader(file, PersonalizationRecordFormat.Default);
        List<string> records = [];
        await foreach (var record in reader.ReadAllAsync())
            records.Add(Hex.Of(PersonalizationRecordFormat.Default.Write(record)));
        Assert.Equal([Hex.Of(encoded), Hex.Of(encoded), Hex.Of(encoded)], records);
        Assert.Equal(3, reader.RecordNumber);
    }

    [Theory]
    [InlineData(1, "cut off within the length of the record")]
    [InlineData(10, "the file ends before the record does")]
    public async Task A_file_that_breaks_off_names_the_record_and_its_place(int bytesOfTheSecond, string reason)
    {
        var encoded = PersonalizationRecordFormat.Default.Write(Sample);
        await using var file = new MemoryStream([.. encoded, .. encoded[..bytesOfTheSecond]]);
        var reader = new PersonalizationRecordReader(file, PersonalizationRecordFormat.Default);
        Assert.NotNull(await reader.ReadAsync());
        var e = await Assert.ThrowsAsync<CardDataException>(async () => await reader.ReadAsync());
        Assert.Equal($"personalization record 2 at byte {encoded.Length} of the file, byte 0: {reason}", e.Message);
    }

    [Fact]
    public async Task A_damaged_length_does_not_make_the_reader_allocate_it()
    {
        await using var file = new MemoryStream(Hex.Bytes("7FFFFFFF00"));
        var reader = new PersonalizationRecordReader(file, PersonalizationRecordFormat.Default);
        var e = await Assert.ThrowsAsync<CardDataException>(async () => await reader.ReadAsync());
        Assert.Equal("the length of the record is above the 1048576 bytes that are allowed", e.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("TOOLONG1")]
    [InlineData("A B")]
    [InlineData("É")]
    public void A_code_is_1_to_7_printable_ascii_characters(string code) =>
        Assert.Throws<ArgumentException>(() => new PersonalizationModule(code, default));

    sealed class TricklingStream(byte[] data) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(3, buffer.Length)], cancellationToken);
    }
}
