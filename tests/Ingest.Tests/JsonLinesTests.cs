using static PersoMesh.Ingest.Tests.Reading;

namespace PersoMesh.Ingest.Tests;

public class JsonLinesTests
{
    [Theory]
    [InlineData("{\"a\":\"x\",\"b\":\"y\"}\n{\"a\":\"z\"}\n", "1@1 a=x b=y;2@2 a=z")]
    [InlineData("{\"a\":\"x\"}\r\n\r\n \t\r\n{\"a\":\"z\"}", "1@1 a=x;2@4 a=z")]
    [InlineData("  {\"a\" : \"\\u00e4\\\"\\n\" }  ", "1@1 a=ä\"\n")]
    [InlineData("{\"pan\":4000001234567899,\"x\":1.50,\"y\":1E+3,\"t\":true,\"f\":false,\"n\":null}",
        "1@1 pan=4000001234567899 x=1.50 y=1E+3 t=true f=false")]
    [InlineData("{\"holder\":{\"name\":\"x\",\"born\":{\"year\":1999}},\"id\":\"7\"}", "1@1 holder.name=x holder.born.year=1999 id=7")]
    [InlineData("{}", "1@1 ")]
    [InlineData("", "")]
    public async Task Each_line_is_a_record(string input, string expected) =>
        Assert.Equal(expected, string.Join(';', (await ReadAsync(input, JsonLines)).Select(Flat)));

    [Theory]
    [InlineData("{\"id\":\"2\",\"name\":\"b", "not valid JSON")]
    [InlineData("{\"id\":\"2\"", "not valid JSON")]
    [InlineData("{\"id\":2,}", "not valid JSON")]
    [InlineData("{'id':2}", "not valid JSON")]
    [InlineData("{\"id\":02}", "not valid JSON")]
    [InlineData("{\"id\":2} {\"id\":3}", "not valid JSON")]
    [InlineData("{\"id\":2} // comment", "not valid JSON")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", "not valid JSON, or deeper than 8 objects")]
    [InlineData("nonsense", "not valid JSON")]
    [InlineData("[\"id\",2]", "not a JSON object")]
    [InlineData("\"2\"", "not a JSON object")]
    [InlineData("{\"id\":2,\"id\":3}", "id: the name comes twice")]
    [InlineData("{\"id\":null,\"id\":3}", "id: the name comes twice")]
    [InlineData("{\"a\":{\"b\":1},\"a.b\":2}", "a.b: the name comes twice")]
    [InlineData("{\"id\":[1,2]}", "id: an array cannot be a field")]
    [InlineData("{\"id\":\"\\ud800\"}", "a \\u escape that is half of a surrogate pair")]
    public async Task A_bad_line_is_reported_and_the_next_one_read(string bad, string fault)
    {
        var records = await ReadAsync($"{{\"id\":1}}\n{bad}\n{{\"id\":3}}", JsonLines);
        Assert.Equal(["1@1 id=1", "3@3 id=3"], records.Where(r => r.Fault is null).Select(Flat));
        var faulty = Assert.Single(records, r => r.Fault is not null);
        Assert.Equal((2, 2), (faulty.RecordNumber, faulty.LineNumber));
        Assert.StartsWith(fault, faulty.Fault!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_cut_short_is_a_bad_record()
    {
        var records = await ReadAsync("{\"id\":1}\n{\"id\":2,\"pan\":\"40000012", JsonLines);
        Assert.Equal("1@1 id=1", Flat(records[0]));
        Assert.StartsWith("2@2 ! not valid JSON, or deeper than 8 objects, at byte ", Flat(records[1]), StringComparison.Ordinal);
        Assert.Equal(2, records.Count);
    }

    [Theory]
    [InlineData("{\"4000001234567899\":1,\"4000001234567899\":1}")]
    [InlineData("{\"DOE/JANE\":[]}")]
    [InlineData("{\"pan\":4000001234567899 JANE}")]
    [InlineData("{\"pan\":\"4000001234567899\",\"name\":\"JANE")]
    public async Task Faults_do_not_quote_the_line(string bad)
    {
        var text = Assert.Single(await ReadAsync(bad, JsonLines)).ToString();
        Assert.DoesNotContain("4000", text, StringComparison.Ordinal);
        Assert.DoesNotContain("JANE", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public async Task The_limit_is_exact_and_does_not_count_the_line_end(int length, bool isGood)
    {
        foreach (var end in new[] { "\n", "\r\n", "" })
        {
            var records = await ReadAsync($"{{\"a\":\"{new string('x', length - 8)}\"}}{end}", JsonLines with { MaxRecordBytes = 20 });
            Assert.Equal(isGood ? null : "longer than 20 bytes", Assert.Single(records).Fault?.Reason);
        }
    }

    [Fact]
    public async Task After_a_line_over_the_limit_the_next_one_is_read()
    {
        var records = await ReadAsync($"{{\"a\":\"{new string('x', 500)}\"}}\r\n{{\"a\":1}}", JsonLines with { MaxRecordBytes = 20 });
        Assert.Equal(["1@1 ! longer than 20 bytes", "2@2 a=1"], records.Select(Flat));
    }
}
