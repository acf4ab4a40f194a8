namespace PersoMesh.CardTools.Tests.Commands;

public class EmvCheckTests
{
    const string CaKeys = "samples/emv/ca-keys.txt";
    const string Date = "2026-11-21";

    [Theory]
    [InlineData("samples/emv/dda-card.txt")]
    [InlineData("samples/emv/records.txt")]
    public void The_published_card_passes(string dump)
    {
        var check = Perso.Json("emv", "check", dump, "--ca-key", CaKeys, "--date", Date);
        Assert.Equal(("True", "dda", "00", "2AA2"), (check.Text("passed"), check.Text("method"), check.Text("terminalVerificationResultByte1"), check.Text("dynamicNumber")));
        Assert.Equal(
            ["staticData", "issuerCertificate", "iccCertificate", "dynamicDataObjectList", "dynamicSignature"],
            check.GetProperty("findings").EnumerateArray().Select(finding => finding.Text("subject")));
    }

    [Fact]
    public void A_changed_record_fails_at_the_step_that_finds_it()
    {
        // Application usage control FF80 becomes FF00: the ICC certificate signs it.
        var dump = Sample("records.txt").Replace("9F0702FF80", "9F0702FF00", StringComparison.Ordinal);
        var (status, output, _) = Perso.Run(dump, ["emv", "check", "-", "--ca-key", CaKeys, "--date", Date]);
        Assert.Equal(1, status);
        Assert.Contains("passed  issuer certificate (90)", output, StringComparison.Ordinal);
        Assert.Contains("FAILED  ICC certificate (9F46)              EMV 4.3 Book 2 §6.4 step 7: the hash differs", output, StringComparison.Ordinal);
        Assert.Contains("TVR byte 1 after offline data authentication: 08", output, StringComparison.Ordinal);
        Assert.DoesNotContain("123456001234", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_date_another_number_and_other_keys_are_noticed()
    {
        Assert.Contains("step 9", Perso.Run("emv", "check", "samples/emv/dda-card.txt", "--ca-key", CaKeys, "--date", "2032-01-01").Output, StringComparison.Ordinal);
        var other = Perso.Run(Sample("records.txt").Replace("ddol-data=01234567", "ddol-data=01234568", StringComparison.Ordinal), ["emv", "check", "-", "--ca-key", CaKeys, "--date", Date]);
        Assert.Contains("FAILED  dynamic signature (DDA)", other.Output, StringComparison.Ordinal);
        var stranger = Perso.Run(Sample("records.txt").Replace("4F=AFFFFFFFFF1234", "4F=A0000000031010", StringComparison.Ordinal), ["emv", "check", "-", "--ca-key", CaKeys, "--date", Date]);
        Assert.Contains("no certification authority key A000000003 92 was given", stranger.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_response_and_repeated_commands_of_a_t0_reader_are_followed()
    {
        var lines = Sample("dda-card.txt").Split('\n').SelectMany(line =>
        {
            if (!line.StartsWith("< 6F", StringComparison.Ordinal))
                return line.StartsWith("> 00B20114", StringComparison.Ordinal) ? [line, "< 6CC1", line] : new[] { line };
            return ["< 613B", "> 00C000003B", line];
        });
        var (status, output, error) = Perso.Run(string.Join('\n', lines), ["emv", "check", "-", "--ca-key", CaKeys, "--date", Date]);
        Assert.True(status == 0, output + error);
    }

    [Fact]
    public void A_combined_signature_is_checked_with_what_was_sent()
    {
        // The signature is not the card's: what counts is that the unpredictable number was found by CDOL1 and the check was made.
        var answer = "77" + "0F" + "9F270180" + "9F3602000A" + "9F4B03010203";
        var cdolData = string.Concat(Enumerable.Repeat("00", CdolLength())) + "";
        var dump = Sample("dda-card.txt") + $"\n> 80AE9000{cdolData.Length / 2:X2}{cdolData}00\n< {answer}9000\n";
        var (status, output, error) = Perso.Run(dump, ["emv", "check", "-", "--ca-key", CaKeys, "--date", Date]);
        Assert.True(status == 1, error);
        Assert.Contains("FAILED  dynamic signature (CDA)", output, StringComparison.Ordinal);
        Assert.Contains("Book 2 §6.6.2 step 1", output, StringComparison.Ordinal);

        var shorter = Perso.Run(dump.Replace($"{cdolData.Length / 2:X2}{cdolData}00", "01FF00", StringComparison.Ordinal), ["emv", "check", "-", "--ca-key", CaKeys, "--date", Date]);
        Assert.Contains("does not ask for the unpredictable number", shorter.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4F=AFFFFFFFFF1234", "standard input: no AIP and AFL")]
    [InlineData("82=3C00\n94=08010100", "standard input: no AID")]
    [InlineData("4F=AFFFFFFFFF1234\n82=3C00\n94=080101", "standard input: AFL, byte 3")]
    [InlineData("\n5A=12", "standard input, line 2: '5a' is none of")]
    [InlineData("hello", "standard input, line 1")]
    [InlineData("> 00A4", "standard input, line 1: no command APDU")]
    [InlineData("< 9000", "standard input, line 1: an answer without a command")]
    [InlineData("82=3C", "standard input, line 1: the AIP has 2 bytes")]
    public void A_dump_that_cannot_be_read_names_the_line(string dump, string expected)
    {
        var (status, _, error) = Perso.Run(dump, ["emv", "check", "-", "--ca-key", CaKeys]);
        Assert.Equal(2, status);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rid=A000000003\nindex=92\nexponent=03", "line 1: the key has no 'modulus'")]
    [InlineData("index=92", "line 0: the key has no 'rid'")]
    [InlineData("rid=A000000003\nindex=92\nexponent=03\nmodulus=00", "line 1: The modulus has 1 bytes")]
    [InlineData("color=92", "line 1: 'color' is not one of rid, index, modulus, exponent, checksum")]
    [InlineData("# nothing", "there is no key in it")]
    public void A_key_file_that_cannot_be_read_names_the_line(string keys, string expected)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, keys);
            var (status, _, error) = Perso.Run("emv", "check", "samples/emv/records.txt", "--ca-key", file);
            Assert.Equal(2, status);
            Assert.Contains(expected, error, StringComparison.Ordinal);
            File.WriteAllText(file, File.ReadAllText(Path.Combine(Perso.Root, CaKeys)).Replace("checksum=C4A3", "checksum=C4A4", StringComparison.Ordinal));
            Assert.Contains("the checksum is not that of this key", Perso.Run("emv", "check", "samples/emv/records.txt", "--ca-key", file).Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    static string Sample(string name) => File.ReadAllText(Path.Combine(Perso.Root, "samples/emv", name));

    // Tag 8C of the sample, as the sum of its lengths.
    static int CdolLength()
    {
        var text = Sample("records.txt");
        var record = Convert.FromHexString(text[(text.IndexOf("3.2=", StringComparison.Ordinal) + 4)..].Split('\n')[0]);
        PersoMesh.SmartCard.Tlv.TlvReader.TryFind(record, out var list, 0x70, 0x8C);
        return PersoMesh.Emv.DataObjectList.Parse(list).DataLength;
    }
}
