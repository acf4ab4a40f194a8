using System.Collections.Concurrent;

namespace PersoMesh.PreparedJobs.Tests;

/// <summary>A counter gives every number once, whoever works with its file and whatever crashes.</summary>
public sealed class CounterFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-counter-").FullName;

    string Path => System.IO.Path.Combine(_folder, "pan.counter");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Numbers_follow_each_other_from_the_first_and_from_run_to_run()
    {
        File.WriteAllText(Path, "42\n");
        Assert.Equal([42, 43, 44], Take(3));
        Assert.Equal([45, 46], Take(2));
        Assert.Equal(Enumerable.Range(47, 250).Select(n => (long)n), Take(250));
        Assert.Equal([297], Take(1));
    }

    [Fact]
    public void After_a_crash_what_was_reserved_is_left_out()
    {
        File.WriteAllText(Path, "1\n");
        var crashed = new CounterFile(Path);
        Assert.Equal(1, crashed.Take());
        Assert.Equal([1 + CounterFile.BlockSize], Take(1));
    }

    [Fact]
    public void Half_a_line_that_a_crash_left_is_no_number()
    {
        File.WriteAllText(Path, "1\n101\n20");
        Assert.Equal([101], Take(1));
        Assert.EndsWith("\n102\n", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_given_back_only_when_nobody_has_reserved_since()
    {
        File.WriteAllText(Path, "1\n");
        var first = new CounterFile(Path);
        Assert.Equal(1, first.Take());
        var second = new CounterFile(Path);
        Assert.Equal(101, second.Take());
        first.Dispose();
        Assert.Equal(102, second.Take());
        second.Dispose();
        Assert.Equal([103], Take(1));
    }

    [Fact]
    public async Task Many_counters_on_one_file_give_no_number_twice()
    {
        File.WriteAllText(Path, "1\n");
        var given = new ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() =>
        {
            for (var run = 0; run < 5; run++)
            {
                var counter = new CounterFile(Path);
                for (var i = 0; i < 130; i++)
                    given.Add(counter.Take());
                if (worker % 2 == 0) // the others crash
                    counter.Dispose();
            }
        })));
        Assert.Equal(6 * 5 * 130, given.Distinct().Count());
    }

    [Fact]
    public void Threads_share_a_counter()
    {
        File.WriteAllText(Path, "1\n");
        using var counter = new CounterFile(Path);
        var given = new ConcurrentBag<long>();
        Parallel.For(0, 1000, _ => given.Add(counter.Take()));
        Assert.Equal(Enumerable.Range(1, 1000).Select(n => (long)n), given.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("\n")]
    [InlineData("1\n-5\n")]
    [InlineData("1\nx\n")]
    [InlineData("1\n99999999999999999999\n")]
    public void A_file_that_does_not_end_with_a_number_is_refused(string content)
    {
        File.WriteAllText(Path, content);
        var refusal = Assert.Throws<PreparedJobException>(() => new CounterFile(Path));
        Assert.Contains("the counter's last line is no number with a line end", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_begun_anew()
    {
        var refusal = Assert.Throws<PreparedJobException>(() => new CounterFile(Path));
        Assert.Contains("there is no such counter", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Beyond_the_greatest_number_there_is_none()
    {
        File.WriteAllText(Path, $"{long.MaxValue}\n");
        using var counter = new CounterFile(Path);
        Assert.Throws<PreparedJobException>(() => counter.Take());
    }

    long[] Take(int count)
    {
        using var counter = new CounterFile(Path);
        return [.. Enumerable.Range(0, count).Select(_ => counter.Take())];
    }
}
