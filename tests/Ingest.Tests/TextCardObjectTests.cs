using static PersoMesh.Ingest.Tests.Reading;

namespace PersoMesh.Ingest.Tests;

public class TextCardObjectTests
{
    [Theory]
    [InlineData("SCRD=1\nEMB=p#e#n\n\nSCRD=2\nEMB=q#f#m\n",
        "1@1 cardObjectId=1 pan=p expiry=e name=n;2@4 cardObjectId=2 pan=q expiry=f name=m")]
    // A key that the record has already begins the next one; so does the end of the file end one.
    [InlineData("SCRD=1\r\nPIC=a\r\nSCRD=2\r\nPIC=b", "1@1 cardObjectId=1 portrait=a;2@3 cardObjectId=2 portrait=b")]
    [InlineData("PIC=a\nSCRD=1\nPIC=b\nSCRD=2", "1@1 portrait=a cardObjectId=1;2@3 portrait=b cardObjectId=2")]
    // Only the first equals sign ends the key; a value may be empty; without a separator it is not split.
    [InlineData("ENC=B4^D^29|4=29\nPIC=\n", "1@1 track1=B4^D^29 track2=4=29 portrait=")]
    [InlineData("SCRD=a#b|c\n", "1@1 cardObjectId=a#b|c")]
    // Ignored lines may come anywhere and any number of times, and are no record of their own.
    [InlineData("REM=hello\nREM=again\n\nSCRD=1\nREM=x\nREM=y\nPIC=a\n\n \t\n\nREM=bye\n", "1@4 cardObjectId=1 portrait=a")]
    [InlineData("\n\n", "")]
    [InlineData("", "")]
    public async Task Records_are_found(string input, string expected) =>
        Assert.Equal(expected, string.Join(';', (await ReadAsync(input, TextCardObject)).Select(Flat)));

    [Theory]
    [InlineData("EMB=p#e", "EMB: line 4 has 2 parts instead of 3")]
    [InlineData("EMB=p#e#n#", "EMB: line 4 has 4 parts instead of 3")]
    [InlineData("EMBB=p#e#n", "line 4 does not begin with a known key and an equals sign")]
    [InlineData("emb=p#e#n", "line 4 does not begin with a known key and an equals sign")]
    [InlineData(" EMB=p#e#n", "line 4 does not begin with a known key and an equals sign")]
    [InlineData("EMB", "line 4 does not begin with a known key and an equals sign")]
    [InlineData("4000001234567899", "line 4 does not begin with a known key and an equals sign")]
    public async Task A_bad_line_makes_its_record_bad_and_no_other(string bad, string fault)
    {
        var records = await ReadAsync($"SCRD=1\n\nSCRD=2\n{bad}\nPIC=x\n\nSCRD=3\n", TextCardObject);
        Assert.Equal(["1@1 cardObjectId=1", $"2@3 ! {fault}", "3@7 cardObjectId=3"], records.Select(Flat));
    }

    [Fact]
    public async Task A_bad_record_too_ends_before_a_key_it_already_has()
    {
        var records = await ReadAsync("SCRD=1\nWHAT\nSCRD=2\nEMB=x\nEMB=p#e#n\n", TextCardObject);
        Assert.Equal([
            "1@1 ! line 2 does not begin with a known key and an equals sign",
            "2@3 ! EMB: line 4 has 1 parts instead of 3",
            "3@5 pan=p expiry=e name=n"], records.Select(Flat));
    }

    [Fact]
    public async Task A_line_over_the_limit_makes_its_record_bad_and_is_still_known_by_its_key()
    {
        var limited = TextCardObject with { MaxRecordBytes = 40 };
        var records = await ReadAsync($"SCRD=1\nPIC=a\nPIC={new string('x', 100)}\nSCRD=2\n\nSCRD=3\n", limited);
        Assert.Equal(["1@1 cardObjectId=1 portrait=a", "2@3 ! PIC: line 3 makes the record longer than 40 bytes", "3@6 cardObjectId=3"],
            records.Select(Flat));
    }

    [Fact]
    public async Task Many_short_lines_count_towards_the_limit()
    {
        var limited = TextCardObject with { MaxRecordBytes = 40 };
        var twenty = new string('1', 20);
        var records = await ReadAsync($"SCRD={twenty}\nPIC={twenty}\n\nREM={new string('x', 100)}\nSCRD=3\n", limited);
        Assert.Equal(["1@1 ! PIC: line 2 makes the record longer than 40 bytes", "2@5 cardObjectId=3"], records.Select(Flat));
    }

    [Fact]
    public async Task Bytes_that_mean_nothing_are_refused_with_the_key()
    {
        var records = await ReadAsync([.. "SCRD=1\nPIC=a"u8, 0xFF, .. "\n\nSCRD=2\n"u8], TextCardObject);
        Assert.Equal(["1@1 ! PIC: line 2: not valid UTF-8", "2@4 cardObjectId=2"], records.Select(Flat));
    }
}
