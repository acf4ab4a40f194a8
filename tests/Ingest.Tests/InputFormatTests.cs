using PersoMesh.Ingest.Formats;
using static PersoMesh.Ingest.Tests.Reading;

namespace PersoMesh.Ingest.Tests;

public class InputFormatTests
{
    public static TheoryData<InputFormat, string> Wrong => new()
    {
        { Csv with { Delimiter = '"' }, "delimiter" },
        { Csv with { Delimiter = '\n' }, "delimiter" },
        { Csv with { Delimiter = '§' }, "delimiter" },
        { Csv with { Encoding = "iso-8859-12" }, "encoding" },
        { Csv with { Encoding = "iso-8859-16" }, "encoding" },
        { Csv with { Encoding = "utf-16" }, "encoding" },
        { JsonLines with { MaxRecordBytes = 0 }, "limit" },
        { JsonLines with { MaxRecordBytes = InputFormat.RecordBytesCeiling + 1 }, "limit" },
        { new(InputKind.TextCardObject), "No keys" },
        { Keys(("A=B", new(["x"]))), "ASCII" },
        { Keys((new string('A', 33), new(["x"]))), "ASCII" },
        { Keys(("A", new([]))), "names no field" },
        { Keys(("A", new(["x", "y"]))), "no separator" },
        { Keys(("A", new(["x"])), ("B", new(["y", "x"], "#"))), "named twice" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_format_is_refused_before_anything_is_read(InputFormat format, string about)
    {
        using var input = new PiecemealStream([], 1);
        var fault = Assert.Throws<ArgumentException>(() => RecordReader.ReadAsync(input, format));
        Assert.Contains(about, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_formats_of_these_tests_are_right() =>
        Assert.All([Csv, JsonLines, TextCardObject], format => Assert.Empty(format.Validate()));

    static InputFormat Keys(params (string Key, TextLine Line)[] lines) => new(InputKind.TextCardObject)
    {
        TextLines = lines.ToDictionary(l => l.Key, l => l.Line, StringComparer.Ordinal),
    };
}
