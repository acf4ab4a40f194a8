using PersoMesh.Ingest.Formats;
using static PersoMesh.Ingest.Tests.Reading;

namespace PersoMesh.Ingest.Tests;

public class EncodingTests
{
    [Theory]
    // Unicode Consortium, MAPPINGS/ISO8859/8859-n.TXT.
    [InlineData("iso-8859-1", 0xA4, "¤")]
    [InlineData("iso-8859-2", 0xB3, "ł")]
    [InlineData("iso-8859-3", 0xA1, "Ħ")]
    [InlineData("iso-8859-4", 0xBD, "Ŋ")]
    [InlineData("iso-8859-5", 0xD0, "а")]
    [InlineData("iso-8859-6", 0xC7, "ا")]
    [InlineData("iso-8859-7", 0xE1, "α")]
    [InlineData("iso-8859-8", 0xE0, "א")]
    [InlineData("iso-8859-9", 0xFD, "ı")]
    [InlineData("iso-8859-10", 0xBD, "―")]
    [InlineData("iso-8859-10", 0xFF, "ĸ")]
    [InlineData("iso-8859-11", 0xA1, "ก")]
    [InlineData("iso-8859-13", 0xDE, "Ž")]
    [InlineData("iso-8859-14", 0xDE, "Ŷ")]
    [InlineData("iso-8859-14", 0xA1, "Ḃ")]
    [InlineData("ISO-8859-15", 0xA4, "€")]
    public async Task Each_part_of_ISO_8859_is_read(string encoding, byte code, string character)
    {
        foreach (var (format, input) in Frames([code]))
        {
            var record = Assert.Single(await ReadAsync(input, format with { Encoding = encoding }));
            Assert.Equal($"x{character}", record.Fields!.Values.Single());
        }
    }

    [Theory]
    // Codes that the standards leave undefined, and the control codes that a Windows code page has letters in.
    [InlineData("iso-8859-1", 0x80)]
    [InlineData("iso-8859-3", 0xA5)]
    [InlineData("iso-8859-6", 0xA1)]
    [InlineData("iso-8859-8", 0xBF)]
    [InlineData("iso-8859-11", 0xDB)]
    [InlineData("iso-8859-15", 0x92)]
    public async Task Codes_without_meaning_are_refused(string encoding, byte code) =>
        await AssertRefused(encoding, [code], "a byte without meaning");

    [Theory]
    // Unicode 16.0, table 3-7: over-long, surrogate, beyond U+10FFFF, stray continuation, truncated.
    [InlineData("C080")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("80")]
    [InlineData("E282")]
    [InlineData("FF")]
    public async Task Invalid_UTF_8_is_refused(string hex) => await AssertRefused("utf-8", Convert.FromHexString(hex), "not valid UTF-8");

    [Fact]
    public async Task The_field_with_invalid_bytes_is_named()
    {
        var records = await ReadAsync([.. "id,name\n1,"u8, 0xE4, .. "\n2,ok\n"u8], Csv);
        Assert.Equal(["1@2 ! name: not valid UTF-8", "2@3 id=2 name=ok"], records.Select(Flat));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_data()
    {
        foreach (var (format, input) in Frames([]))
        {
            var record = Assert.Single(await ReadAsync([0xEF, 0xBB, 0xBF, .. input], format));
            Assert.Equal("x", record.Fields!.Values.Single());
        }
    }

    [Fact]
    public async Task A_byte_order_mark_that_belies_the_declared_encoding_stops_the_file()
    {
        var record = Assert.Single(await ReadAsync([0xEF, 0xBB, 0xBF, .. "a\n1\n"u8], Csv with { Encoding = "iso-8859-1" }));
        Assert.Equal(0, record.RecordNumber);
        Assert.Contains("byte order mark", record.Fault!.Reason, StringComparison.Ordinal);
    }

    static async Task AssertRefused(string encoding, byte[] bytes, string reason)
    {
        foreach (var (format, input) in Frames(bytes))
        {
            var record = Assert.Single(await ReadAsync(input, format with { Encoding = encoding }));
            Assert.Contains(reason, record.Fault?.Reason, StringComparison.Ordinal);
        }
    }

    // "x" and the bytes as the only field of the only record.
    static IEnumerable<(InputFormat Format, byte[] Input)> Frames(byte[] bytes) =>
    [
        (Csv, [.. "a\nx"u8, .. bytes, .. "\n"u8]),
        (JsonLines, [.. "{\"a\":\"x"u8, .. bytes, .. "\"}"u8]),
        (TextCardObject, [.. "PIC=x"u8, .. bytes]),
    ];
}
