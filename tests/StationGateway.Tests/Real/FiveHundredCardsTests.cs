using System.Text.RegularExpressions;
using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>Five hundred cards through Debian's pcscd, by the code that drives real readers, and what other people's programs read on them.</summary>
public sealed partial class FiveHundredCardsTests(FiveHundredCards run) : IClassFixture<FiveHundredCards>
{
    const string SelectApplication = "00A404000AF0504552534F4D01010100";
    const string ReadAccountData = "00B2011400";

    // Waits for the card as a terminal does: pcscd looks every 0.4 s.
    const string PyScard = """
        import sys
        from smartcard.CardRequest import CardRequest
        from smartcard.CardType import AnyCardType
        from smartcard.System import readers
        from smartcard.util import toHexString, toBytes
        reader = [r for r in readers() if str(r) == sys.argv[1]]
        service = CardRequest(timeout=20, cardType=AnyCardType(), readers=reader).waitforcard()
        service.connection.connect()
        for apdu in sys.argv[2:]:
            data, sw1, sw2 = service.connection.transmit(toBytes(apdu))
            print("%s %02X%02X" % (toHexString(data).replace(" ", ""), sw1, sw2))
        """;

    [Fact]
    public void Five_hundred_cards_are_all_good_and_every_reader_had_some()
    {
        Assert.Equal((FiveHundredCards.Cards, FiveHundredCards.Cards, 0), (run.Status.Records, run.Status.Good, run.Status.SpoiledCards));
        Assert.Equal(
            run.Station.Readers.Select(slot => slot.Reader).Order(StringComparer.Ordinal),
            run.Report.Select(line => line.Reader!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_simulated_card_holds_its_own_holders_data_keys_and_PIN()
    {
        var cards = run.Station.Pile("GOOD", run.Report);
        DebitCardCheck.EveryHolderHasHerCard(cards, run.Holders, run.Report);
        Assert.Equal(FiveHundredCards.Cards, run.Station.Machine.Flips);
    }

    [Fact]
    public async Task OpenSC_and_pyscard_read_through_the_same_pcscd_what_we_wrote()
    {
        var pcscd = await PcscdProcess.GetAsync();
        foreach (var (holder, slot) in run.Holders.Take(4).Zip(run.Station.Readers))
        {
            // The magazine's next blank is taken out, and a finished card put in.
            await run.Station.Machine.PullAsync(slot.Reader);
            await using var connection = new VpcdConnection("127.0.0.1", slot.Port);
            connection.Insert(run.Station.Pile("GOOD", run.Report).Single(card => card.CardObjectId == holder.Id).Card);

            var python = await OtherProgram.RunAsync(
                "python3-pyscard", pcscd.EnvironmentVariables, "/usr/bin/python3", "-c", PyScard, slot.Reader, SelectApplication, ReadAccountData);
            var lines = python.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.EndsWith(" 9000", lines[0], StringComparison.Ordinal);
            Assert.EndsWith(" 9000", lines[1], StringComparison.Ordinal);
            IsHers(holder, lines[1].Split(' ')[0]);

            var openSc = await OtherProgram.RunAsync(
                "opensc", pcscd.EnvironmentVariables, "opensc-tool", "--reader", slot.Reader, "--card-driver", "default",
                "-s", SelectApplication, "-s", ReadAccountData);
            Assert.Equal(["9000", "9000"], Answer().Matches(openSc).Select(match => match.Groups["sw1"].Value + match.Groups["sw2"].Value));
            IsHers(holder, string.Concat(HexDumpLine().Matches(openSc[openSc.LastIndexOf("SW1", StringComparison.Ordinal)..])
                .Select(match => match.Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal))));
        }
    }

    static void IsHers(DebitHolder holder, string record)
    {
        var account = Tlv.ReadTemplate70(Convert.FromHexString(record));
        Assert.True(account["5A"] == holder.PanDigits && account["5F24"] == holder.LastDay, $"{holder.Id}: another program reads something else");
    }

    [GeneratedRegex(@"Received \(SW1=0x(?<sw1>..), SW2=0x(?<sw2>..)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Answer();

    [GeneratedRegex(@"^(?<hex>([0-9A-F]{2} ){1,16})", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HexDumpLine();
}
