using System.Security.Cryptography;
using System.Text;
using PersoMesh.Keys;

namespace PersoMesh.AuditLog.Tests;

public sealed class AuditVerifierTests : IDisposable
{
    readonly TemporaryLog _log = new TemporaryLog().WithRecords();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void An_untouched_log_is_intact_and_all_its_seals_are_checked()
    {
        var found = _log.Verify();
        Assert.Empty(found.Findings);
        Assert.Equal((15L, 4L, 4L, 0L), (found.Records, found.Seals, found.SealsChecked, found.Unsealed));
    }

    [Fact]
    public void A_changed_record_is_named()
    {
        Edit(5, line => line.Replace("anna", "bert", StringComparison.Ordinal));
        AssertOne(AuditFault.Changed, 5, "record 5 was changed");
    }

    [Fact]
    public void A_changed_record_whose_hash_was_computed_anew_is_named()
    {
        Edit(5, line => Rehash(line.Replace("anna", "bert", StringComparison.Ordinal)));
        AssertOne(AuditFault.Changed, 5, "record 5 was changed: record 6 continues another one");
    }

    [Fact]
    public void Every_single_bit_of_every_record_matters()
    {
        var original = File.ReadAllBytes(_log.Path);
        for (var at = 0; at < original.Length; at++)
        {
            var changed = (byte[])original.Clone();
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.False(AuditVerifier.Verify(new MemoryStream(changed), _log.Signer).IsIntact, $"byte {at}");
        }
    }

    [Fact]
    public void A_removed_record_is_named()
    {
        var lines = _log.Lines;
        _log.Lines = [.. lines[..6], .. lines[7..]];
        AssertOne(AuditFault.Removed, 7, "record 7 was removed");
    }

    [Fact]
    public void A_run_of_removed_records_is_named_once()
    {
        var lines = _log.Lines;
        _log.Lines = [.. lines[..5], .. lines[9..]];
        AssertOne(AuditFault.Removed, 6, "records 6 to 9 were removed");
    }

    [Fact]
    public void A_moved_record_is_named()
    {
        var lines = _log.Lines;
        (lines[5], lines[6]) = (lines[6], lines[5]);
        _log.Lines = lines;
        AssertOne(AuditFault.Reordered, 6, "record 6 was moved: it stands after record 7");
    }

    [Fact]
    public void A_repeated_record_is_named()
    {
        var lines = _log.Lines;
        _log.Lines = [.. lines[..7], lines[6], .. lines[7..]];
        AssertOne(AuditFault.Repeated, 7, "record 7 is there twice");
    }

    [Fact]
    public void A_line_that_is_no_entry_is_named_and_what_follows_is_still_checked()
    {
        Edit(5, _ => "overwritten");
        AssertOne(AuditFault.Changed, 5, "line 5 is no entry");
    }

    [Fact]
    public void A_chain_that_was_written_anew_from_a_record_on_breaks_the_seals_after_it()
    {
        var lines = _log.Lines;
        var line = lines[5].Replace("anna", "bert", StringComparison.Ordinal);
        for (var i = 5; i < lines.Length; i++)
        {
            lines[i] = line = Rehash(line);
            if (i + 1 < lines.Length)
                line = SetPrevious(lines[i + 1], HashOf(line));
        }

        _log.Lines = lines;
        var found = _log.Verify();
        Assert.All(found.Findings, finding => Assert.Equal(AuditFault.SealBroken, finding.Fault));
        Assert.Equal(8, found.Findings[0].Number);
        using var file = File.OpenRead(_log.Path);
        Assert.True(AuditVerifier.Verify(file).IsIntact); // which is what the seals are for
    }

    [Fact]
    public void Records_cut_off_the_end_show_against_a_hash_that_was_kept()
    {
        var head = _log.Verify().Head;
        Assert.True(_log.Verify(head).IsIntact);
        _log.Lines = _log.Lines[..8];
        Assert.True(_log.Verify().IsIntact);
        var finding = Assert.Single(_log.Verify(head).Findings);
        Assert.Equal(AuditFault.Removed, finding.Fault);
    }

    [Fact]
    public void A_log_that_continues_after_the_kept_hash_is_intact()
    {
        var head = _log.Verify().Head;
        _log.WithRecords();
        Assert.True(_log.Verify(head).IsIntact);
    }

    [Fact]
    public void A_seal_of_another_key_is_refused()
    {
        using var other = new SoftwareSecurityModule();
        other.AddKey(TemporaryLog.KeyLabel, KeyAlgorithm.Aes, "fedcba9876543210"u8);
        using var file = File.OpenRead(_log.Path);
        var found = AuditVerifier.Verify(file, new CmacAuditSigner(other, TemporaryLog.KeyLabel));
        Assert.Equal(4, found.Findings.Count(finding => finding.Fault == AuditFault.SealBroken));
    }

    [Fact]
    public void A_last_line_without_end_is_named()
    {
        File.AppendAllText(_log.Path, "{\"n\":16");
        AssertOne(AuditFault.Cut, 16, "record 16");
    }

    void Edit(int number, Func<string, string> edit)
    {
        var lines = _log.Lines;
        lines[number - 1] = edit(lines[number - 1]);
        _log.Lines = lines;
    }

    void AssertOne(AuditFault fault, long number, string text)
    {
        var finding = Assert.Single(_log.Verify().Findings);
        Assert.Equal((fault, number), (finding.Fault, finding.Number));
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
    }

    static string Rehash(string line)
    {
        var covered = line[..line.IndexOf(",\"hash\":", StringComparison.Ordinal)];
        return $"{covered},\"hash\":\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(covered)))}\"}}";
    }

    static string HashOf(string line) => line[^66..^2];

    static string SetPrevious(string line, string hash)
    {
        var at = line.IndexOf("\"prev\":\"", StringComparison.Ordinal) + 8;
        return line[..at] + hash + line[(at + 64)..];
    }
}
