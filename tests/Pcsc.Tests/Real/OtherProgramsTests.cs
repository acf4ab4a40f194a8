using System.Text.RegularExpressions;
using PersoMesh.Pcsc.Tests.Support;

namespace PersoMesh.Pcsc.Tests.Real;

/// <summary>OpenSC's tools and python3-pyscard look at the same readers and cards.</summary>
[Collection(PcscdCollection.Name)]
public sealed partial class OtherProgramsTests(PcscdFixture fixture)
{
    const string PyScard = """
        from smartcard.System import readers
        from smartcard.util import toHexString
        for reader in readers():
            print("reader", reader)
            connection = reader.createConnection()
            try:
                connection.connect()
            except Exception:
                continue
            print("atr", toHexString(connection.getATR()))
            for apdu in ([0, 0xA4, 4, 0, 0], [0x80, 0xCA, 0x9F, 0x7F, 0]):
                data, sw1, sw2 = connection.transmit(apdu)
                print("apdu", toHexString(data), "%02X%02X" % (sw1, sw2))
        """;

    [Fact]
    public async Task OpenSC_lists_the_readers_that_we_list_and_the_cards_in_them()
    {
        await using var slot = await fixture.InsertAsync(1, Some.Card());
        var output = await OpenSc("--list-readers");
        var seen = ReaderLine().Matches(output).ToDictionary(match => match.Groups["reader"].Value, match => match.Groups["card"].Value);
        Assert.Equal(fixture.Pcscd.Slots.ToDictionary(s => s.Reader, s => s.Reader == fixture.Reader(1) ? "Yes" : "No"), seen);
    }

    [Fact]
    public async Task OpenSC_reads_the_ATR_and_the_serial_number_that_we_read()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card(0xCAFE0004));
        byte[] cplc;
        string atr;
        await using (var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync())
        {
            atr = Some.Hex(card.Atr);
            cplc = await card.TransmitAsync(Some.GetCplc, CancellationToken.None).InTimeAsync();
        }

        Assert.Equal(atr, (await OpenSc("--reader", fixture.Reader(0), "--atr")).Trim().Replace(":", "").ToUpperInvariant());

        var output = await OpenSc("--reader", fixture.Reader(0), "--card-driver", "default", "-s", "00A4040000", "-s", "80CA9F7F00");
        Assert.Equal(["9000", "9000"], Answer().Matches(output).Select(match => match.Groups["sw1"].Value + match.Groups["sw2"].Value));
        var dump = string.Concat(HexDumpLine().Matches(output[output.LastIndexOf("SW1", StringComparison.Ordinal)..])
            .Select(match => match.Groups["hex"].Value.Replace(" ", "")));
        Assert.Equal(Convert.ToHexString(cplc[..^2]), dump);
    }

    [Fact]
    public async Task Pyscard_sees_both_protocols_and_the_same_cards()
    {
        await using var first = await fixture.InsertAsync(0, Some.Card(0xCAFE0005));
        await using var second = await fixture.InsertAsync(2, Some.T0Card(0xCAFE0006));
        var output = await Python(PyScard);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace(" ", "")).ToArray();
        Assert.Equal(
            fixture.Pcscd.Slots.Select(s => "reader" + s.Reader.Replace(" ", "")).Order(),
            lines.Where(line => line.StartsWith("reader", StringComparison.Ordinal)).Order());
        Assert.Contains("atr" + Some.Hex(Some.Card().Atr), lines);
        Assert.Contains("atr" + Some.Hex(Some.T0Card().Atr), lines);
        Assert.Contains(lines, line => line.StartsWith("apdu9F7F2A", StringComparison.Ordinal) && line[34..42] == "CAFE0005");
    }

    [Fact]
    public async Task A_card_that_we_hold_is_closed_to_others()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        var output = await Python(PyScard);
        Assert.DoesNotContain("atr", output, StringComparison.Ordinal);
        Assert.Contains(fixture.Reader(0), output, StringComparison.Ordinal);
    }

    Task<string> OpenSc(params string[] arguments) =>
        OtherProgram.RunAsync("opensc", fixture.Pcscd.EnvironmentVariables, "opensc-tool", arguments);

    // Debian's Python, whatever comes first in PATH: the package is for that one.
    Task<string> Python(string script) =>
        OtherProgram.RunAsync("python3-pyscard", fixture.Pcscd.EnvironmentVariables, "/usr/bin/python3", "-c", script);

    [GeneratedRegex(@"^\d+\s+(?<card>Yes|No)\s+(?<reader>\S.*?)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReaderLine();

    [GeneratedRegex(@"Received \(SW1=0x(?<sw1>..), SW2=0x(?<sw2>..)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Answer();

    [GeneratedRegex(@"^(?<hex>([0-9A-F]{2} ){1,16})", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HexDumpLine();
}
