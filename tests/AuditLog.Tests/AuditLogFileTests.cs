using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PersoMesh.Keys;

namespace PersoMesh.AuditLog.Tests;

public sealed class AuditLogFileTests : IDisposable
{
    readonly TemporaryLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void What_was_appended_is_a_chain_that_anybody_can_check_with_a_hash_and_a_JSON_reader()
    {
        var lines = _log.WithRecords().Lines;
        var previous = new string('0', 64);
        for (var i = 0; i < lines.Length; i++)
        {
            using var line = JsonDocument.Parse(lines[i]);
            Assert.Equal(i + 1, line.RootElement.GetProperty("n").GetInt64());
            Assert.Equal(previous, line.RootElement.GetProperty("prev").GetString());
            var covered = lines[i][..lines[i].IndexOf(",\"hash\":", StringComparison.Ordinal)];
            previous = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(covered)));
            Assert.Equal(previous, line.RootElement.GetProperty("hash").GetString());
        }
    }

    [Fact]
    public void Any_text_comes_back_as_it_was_written()
    {
        const string text = "line\nend \"quotes\" \\ ü 卡 \u0001";
        using (var log = _log.Open())
            log.Append(text, text, text, (text, text));
        using var line = JsonDocument.Parse(_log.Lines[1]);
        Assert.Equal(text, line.RootElement.GetProperty("actor").GetString());
        Assert.Equal(text, line.RootElement.GetProperty("details").GetProperty(text).GetString());
        Assert.True(_log.Verify().IsIntact);
    }

    [Fact]
    public void A_record_is_in_the_file_when_Append_returns()
    {
        using var log = _log.Open();
        var entry = log.Append("anna", "key.retire", "KEK-7");
        Assert.Equal(2, entry.Number);
        using var reader = new StreamReader(new FileStream(_log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Contains("KEK-7", reader.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_is_opened_again_goes_on_with_its_chain()
    {
        _log.WithRecords(4);
        _log.WithRecords(4);
        var found = _log.Verify();
        Assert.True(found.IsIntact);
        Assert.Equal(0, found.Unsealed);
        Assert.Equal(1, _log.Lines.Count(line => line.Contains(AuditLogFile.OpeningAction, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200)]
    public void What_a_crash_left_of_a_line_is_taken_off(int length)
    {
        _log.WithRecords(4);
        var whole = File.ReadAllBytes(_log.Path);
        File.AppendAllText(_log.Path, Encoding.UTF8.GetString(whole)[..length]);
        _log.Open().Dispose();
        Assert.Equal(whole, File.ReadAllBytes(_log.Path)[..whole.Length]);
        Assert.True(_log.Verify().IsIntact);
    }

    [Fact]
    public void A_damaged_end_is_not_continued()
    {
        _log.WithRecords(4);
        _log.Lines = [.. _log.Lines[..^1], _log.Lines[^1].Replace("seal", "zeal", StringComparison.Ordinal)];
        var e = Assert.Throws<AuditLogException>(() => _log.Open());
        Assert.Contains("perso audit verify", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_writers_at_a_time_are_refused()
    {
        using var first = _log.Open();
        Assert.Throws<AuditLogException>(() => _log.Open());
    }

    [Fact]
    public void Threads_that_append_at_once_make_one_chain()
    {
        using (var log = _log.Open(sealEvery: 7))
            Parallel.For(0, 200, i => log.Append($"thread {Environment.CurrentManagedThreadId}", "card.reissue", $"{i}"));
        var found = _log.Verify();
        Assert.True(found.IsIntact);
        Assert.Equal(201, found.Records - found.Seals);
    }

    [Fact]
    public void A_seal_follows_when_its_time_has_come()
    {
        var clock = new StoppedClock();
        using var log = _log.Open(clock: clock);
        log.Append("anna", "key.list", "all");
        Assert.Equal(0, _log.Verify().Seals);
        clock.Tick();
        Assert.Equal((1L, 0L), (_log.Verify().Seals, _log.Verify().Unsealed));
        clock.Tick();
        Assert.Equal(1, _log.Verify().Seals);
    }

    [Fact]
    public void Records_go_on_without_the_HSM_and_are_sealed_when_it_is_back()
    {
        using var empty = new SoftwareSecurityModule();
        var options = new AuditLogOptions { Signer = new CmacAuditSigner(empty, TemporaryLog.KeyLabel), SealEveryRecords = 1 };
        using (var log = AuditLogFile.Open(_log.Path, options))
        {
            log.Append("anna", "key.list", "all");
            Assert.Contains(TemporaryLog.KeyLabel, log.SealFailure!.Message, StringComparison.Ordinal);
            empty.AddKey(TemporaryLog.KeyLabel, KeyAlgorithm.Aes, "0123456789abcdef"u8);
            log.Append("anna", "key.list", "all");
            Assert.Null(log.SealFailure);
        }

        Assert.Equal((true, 0L), (_log.Verify().IsIntact, _log.Verify().Unsealed));
    }

    sealed class StoppedClock : TimeProvider
    {
        TimerCallback? _callback;

        public void Tick() => _callback!(null);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return new Timer();
        }

        sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
