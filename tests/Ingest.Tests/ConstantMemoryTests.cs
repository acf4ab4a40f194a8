using System.Text;
using PersoMesh.Ingest.Formats;
using static PersoMesh.Ingest.Tests.Reading;

namespace PersoMesh.Ingest.Tests;

/// <summary>Counts what the whole process allocates, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(ConstantMemoryTests), DisableParallelization = true)]
public class AloneCollection;

[Collection(nameof(ConstantMemoryTests))]
public class ConstantMemoryTests
{
    const int Megabyte = 1024 * 1024;

    public static TheoryData<InputFormat, string, string, string> LongRecords => new()
    {
        { Csv, "id,name\n1,a\n", "2,", "3,c\n" },
        { Csv, "id,name\n1,a\n", "2,b\"", "3,c\n" },
        { Csv, "", "", "" },
        { JsonLines, "{\"id\":1}\n", "{\"id\":\"", "{\"id\":3}\n" },
        { TextCardObject, "SCRD=1\n\n", "SCRD=", "\nSCRD=3\n" },
        { TextCardObject, "SCRD=1\n\n", "", "\nSCRD=3\n" },
    };

    [Theory]
    [MemberData(nameof(LongRecords))]
    public async Task A_line_of_100_MB_is_refused_in_constant_memory(InputFormat format, string before, string begins, string after)
    {
        var filler = new byte[Megabyte];
        filler.AsSpan().Fill((byte)'x');
        IEnumerable<byte[]> pieces =
            [Encoding.ASCII.GetBytes(before + begins), .. Enumerable.Repeat(filler, 100), Encoding.ASCII.GetBytes($"\n{after}")];
        // The reader's buffer comes from a pool; let the pool have one.
        await RecordReader.ReadAsync(new MemoryStream(Encoding.ASCII.GetBytes(before)), format).CountAsync();

        await using var stream = new PiecemealStream(pieces, int.MaxValue);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var records = await RecordReader.ReadAsync(stream, format).ToListAsync();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;

        Assert.True(stream.BytesRead > 100 * Megabyte);
        Assert.True(allocated < Megabyte, $"{allocated} bytes allocated");
        var faulty = Assert.Single(records, r => r.Fault is not null);
        if (before.Length == 0)
        {
            Assert.Equal("the header cannot be read: longer than 65536 bytes", faulty.Fault!.ToString());
            return;
        }

        Assert.Equal([1L, 2L, 3L], records.Select(r => r.RecordNumber));
        Assert.Equal(2, faulty.RecordNumber);
    }

    [Fact]
    public async Task A_quoted_field_of_100_MB_is_refused_in_constant_memory()
    {
        // A line break every 16 bytes.
        var filler = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("9,EVE,000000000\n", Megabyte / 16)));
        IEnumerable<byte[]> pieces = ["id,name\n1,\""u8.ToArray(), .. Enumerable.Repeat(filler, 100), "\"\n2,b\n"u8.ToArray()];
        await using var stream = new PiecemealStream(pieces, int.MaxValue);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var records = await RecordReader.ReadAsync(stream, Csv).ToListAsync();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;

        Assert.True(allocated < Megabyte, $"{allocated} bytes allocated");
        Assert.NotNull(records[0].Fault);
        Assert.Equal($"2@{3 + 100 * Megabyte / 16} id=2 name=b", Flat(records[1]));
        Assert.Equal(2, records.Count);
    }

    [Fact]
    public async Task A_record_of_nothing_but_delimiters_keeps_to_the_limit()
    {
        var records = await ReadAsync($"a,b\n{new string(',', 70_000)}\n{new string(',', 60_000)}\n1,2\n", Csv);
        Assert.Equal(
            ["1@2 ! longer than 65536 bytes", "2@3 ! 60001 fields instead of the header's 2", "3@4 a=1 b=2"], records.Select(Flat));
    }

    [Theory]
    [InlineData(InputKind.Csv)]
    [InlineData(InputKind.JsonLines)]
    [InlineData(InputKind.TextCardObject)]
    public async Task A_million_records_pass_through_the_same_memory(InputKind kind)
    {
        const int Count = 1_000_000;
        const int Bad = 100;
        var (format, header) = kind switch
        {
            InputKind.Csv => (Csv, "id,pan,name\n"),
            InputKind.JsonLines => (JsonLines, ""),
            _ => (TextCardObject, ""),
        };
        await using var stream = new PiecemealStream(Pieces(kind, header, Count, Bad), int.MaxValue);
        var (good, bad, most) = (0, 0, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await foreach (var record in RecordReader.ReadAsync(stream, format))
        {
            Assert.Equal(good + bad + 1, record.RecordNumber);
            if (record.Fault is null)
                good++;
            else
                bad++;
            if (record.RecordNumber % 200_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal((Count - Bad, Bad), (good, bad));
        Assert.True(most < 2 * Megabyte, $"{most} bytes more alive than before");
    }

    // Thousand by thousand; one bad record in every Count / bad.
    static IEnumerable<byte[]> Pieces(InputKind kind, string header, int count, int bad)
    {
        var text = new StringBuilder(header);
        for (var i = 1; i <= count; i++)
        {
            var isBad = i % (count / bad) == 0;
            text.Append(kind switch
            {
                InputKind.Csv => $"{i},{i:d16},{(isBad ? "\"DOE" : "\"DOE, JANE\"")}\n",
                InputKind.JsonLines => $"{{\"id\":\"{i}\",\"pan\":\"{i:d16}\"{(isBad ? "" : "}")}\n",
                _ => $"SCRD={i}\n{(isBad ? "EMB" : "EMB=")}{i:d16}#12/29#DOE\n\n",
            });
            if (i % 1000 != 0)
                continue;
            yield return Encoding.ASCII.GetBytes(text.ToString());
            text.Clear();
        }
    }

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        using var stopping = new CancellationTokenSource();
        await using var stream = new PiecemealStream(Pieces(InputKind.Csv, "id,pan,name\n", 100_000, 1), int.MaxValue);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var record in RecordReader.ReadAsync(stream, Csv, stopping.Token))
            {
                if (record.RecordNumber == 10)
                    await stopping.CancelAsync();
            }
        });
        Assert.True(stream.BytesRead < Megabyte);
    }
}
