namespace PersoMesh.CardTools.Tests.Commands;

/// <summary>perso tlv, perso atr and perso record.</summary>
public class DataTests
{
    const string Environment = "6F1A840E315041592E5359532E4444463031A5088801025F2D02656E";

    [Fact]
    public void Tlv_is_shown_with_offsets_names_and_text()
    {
        var (status, output, _) = Perso.Run("tlv", Environment);
        Assert.Equal(0, status);
        Assert.Equal(
            """
             0  6F             26  FCI template
             2    84           14  DF name  315041592E5359532E4444463031  "1PAY.SYS.DDF01"
            18    A5            8  Proprietary information, constructed
            20      88          1  Short file identifier (SFI)  02
            23      5F2D        2  Language preference  656E  "en"

            """,
            output);
    }

    [Fact]
    public void Tlv_as_json_nests()
    {
        var root = Perso.Json("tlv", Environment).GetProperty("objects")[0];
        Assert.Equal(("6F", "26", "0"), (root.Text("tag"), root.Text("length"), root.Text("offset")));
        Assert.Equal("1PAY.SYS.DDF01", root.GetProperty("objects")[0].Text("text"));
    }

    [Fact]
    public void What_can_be_read_before_a_fault_is_shown_and_the_fault_has_its_place()
    {
        var (status, output, error) = Perso.Run("tlv", "8401FF 6F05 8401AA 5005");
        Assert.Equal(1, status);
        Assert.Equal(" 0  84              1  Dedicated file (DF) name  FF\n 3  6F              5  FCI template\n 5    84            1  DF name  AA\n", output);
        Assert.Equal("perso: BER-TLV, byte 9: length goes beyond the end.\n", error);
        Assert.Contains("\"offset\": 9", Perso.Run("tlv", "8401FF 6F05 8401AA 5005", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_and_groupings_are_switches_and_a_hyphen_is_standard_input()
    {
        Assert.Equal(1, Perso.Run("tlv", "00 8401FF 00").Status);
        Assert.Equal(0, Perso.Run("tlv", "--padding", "00 8401FF 00").Status);
        var (status, output, _) = Perso.Run("0101 05 70 03 50 01 41\n9010:02:0303", ["tlv", "-", "--dgi"]);
        Assert.Equal(0, status);
        Assert.Contains("record 1 of SFI 1", output, StringComparison.Ordinal);
        Assert.Contains("5      50          1  Application label  41", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6F1", "an odd number of hexadecimal digits (3)")]
    [InlineData("", "no hexadecimal digits")]
    [InlineData("6F xx", "character 4 is no hexadecimal digit")]
    public void What_is_not_hexadecimal_ends_with_status_2(string text, string reason)
    {
        var (status, _, error) = Perso.Run("tlv", text);
        Assert.Equal(2, status);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_to_reset_is_taken_apart()
    {
        // smartcard-atr.appspot.com: Estonian identity card 2011.
        var atr = Perso.Json("atr", "3BFE1800008031FE45803180664090A4162A00830F9000EF").GetProperty("atr");
        Assert.Equal("[\n      0,\n      1\n    ]", atr.Text("protocols"));
        Assert.Equal(("372", "12", "254", "correct"), (atr.Text("clockRateConversion"), atr.Text("baudRateAdjustment"), atr.Text("blockProtocol", "informationFieldSize"), atr.Text("checksum")));
        Assert.Contains("protocols         T=0, T=1", Perso.Run("atr", "3BFE1800008031FE45803180664090A4162A00830F9000EF").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3BFE1800008031FE45803180664090A4162A00830F9000EE", "", "checksum TCK      WRONG")]
    [InlineData("3BFE18", "ATR, byte 3: cut off within the interface bytes", "")]
    [InlineData("6F00", "ATR, byte 0: TS is neither 3B nor 3F", "")]
    public void A_faulty_answer_to_reset_ends_with_status_1(string hex, string error, string output)
    {
        var result = Perso.Run("atr", hex);
        Assert.Equal(1, result.Status);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
        Assert.Contains(output, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_show_their_structure_and_no_values_unless_asked()
    {
        var (status, output, _) = Perso.Run("record", "samples/records/two-cards.hex");
        Assert.Equal(0, status);
        Assert.Contains("transport key 4B454B303031 type 20 ECB: 8000 8010", output, StringComparison.Ordinal);
        Assert.Contains("DGI 0101     32 bytes  record 1 of SFI 1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("4761739001010119", output, StringComparison.Ordinal);
        Assert.Contains("4761739001010119", Perso.Run("record", "samples/records/two-cards.hex", "--values").Output, StringComparison.Ordinal);

        var records = Perso.Json("record", "samples/records/two-cards.hex").GetProperty("records");
        Assert.Equal(2, records.GetArrayLength());
        var application = records[1].GetProperty("modules")[1].GetProperty("chip").GetProperty("applications")[0];
        Assert.Equal(("A0000000031010", "170", "8"), (application.Text("aid"), application.Text("dataLength"), $"{application.GetProperty("groupings").GetArrayLength()}"));
    }

    [Fact]
    public void A_fault_in_a_record_names_record_and_byte()
    {
        var text = File.ReadAllText(Path.Combine(Perso.Root, "samples/records/two-cards.hex")).Replace("\n", "", StringComparison.Ordinal);
        var cut = Perso.Run(text[..^20], ["record", "-"]);
        Assert.Equal((1, "perso: personalization record 2 at byte 346 of the file, byte 0: the file ends before the record does.\n"), (cut.Status, cut.Error));
        Assert.StartsWith("Record 1: 2 modules", cut.Output, StringComparison.Ordinal);

        // The length of the application's AID inside the first record's chip module.
        var at = text.IndexOf("07A0000000031010", text.IndexOf("07A0000000031010", StringComparison.Ordinal) + 1, StringComparison.Ordinal);
        var bad = Perso.Run(text[..at] + "FF" + text[(at + 2)..], ["record", "-"]);
        Assert.Equal(1, bad.Status);
        Assert.StartsWith("perso: record 1, module IC, IC module, byte ", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Binary_records_and_other_frames_are_read()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, [.. "021MAG004B476PRT005HELLO"u8]);
            var (status, output, error) = Perso.Run("record", file, "--code-length", "3", "--length-size", "3", "--decimal");
            Assert.True(status == 0, error);
            Assert.Contains("MAG          4 bytes", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(2, Perso.Run("record", "no-such-file").Status);
        Assert.Equal(2, Perso.Run("record", "samples/records/two-cards.hex", "--code-length", "8").Status);
    }
}
