using System.Text;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.FileSystemCard;
using PersoMesh.Ingest.Jobs;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>A PIN is on the card and in the letter that only the mail printer can open, and nowhere else in the system.</summary>
public sealed class PinSecrecyTests(PinMesh mesh) : IClassFixture<PinMesh>
{
    const int Cards = PinMesh.CampusCards + PinMesh.IdentityCards;

    [Fact]
    public void Each_card_has_the_PIN_and_the_PUK_of_a_letter_that_openssl_opens_with_the_printers_key()
    {
        Assert.Equal(Cards, mesh.Report.Count(line => line.State == CardState.Good));
        Assert.Equal((Cards, Cards), (mesh.Letters.Count, mesh.Cards.Count));
        var letters = mesh.Letters.Values.Select(Letters.Secrets).Order();
        var cards = mesh.Cards.Select(file =>
        {
            using var stream = File.OpenRead(file);
            var passwords = SimulatedFileSystemCard.Load(stream).DebugPasswords;
            return (Pin: Encoding.ASCII.GetString(passwords[0x01]!), Puk: Encoding.ASCII.GetString(passwords[0x11]!));
        }).Order();
        Assert.Equal(letters, cards);
        Assert.Equal(2 * Cards, letters.SelectMany(letter => new[] { letter.Pin, letter.Puk }).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_scan_finds_a_PIN_where_there_is_one()
    {
        var scan = Scan();
        Assert.All(mesh.Cards, card => Assert.NotEmpty(scan.Find(File.ReadAllBytes(card))));
    }

    [Fact]
    public void No_message_tells_a_PIN()
    {
        string[] types = ["PrepareCards", "ScriptProtected", "CommandBatch", "BatchResult", "VerifyResponses"];
        Assert.Empty(types.Except(mesh.MessageTypes, StringComparer.Ordinal));
        var scan = Scan();
        Assert.All(mesh.Messages, message => Assert.Empty(scan.Find(message)));
    }

    [Fact]
    public void No_trace_and_no_metric_tells_a_PIN()
    {
        Assert.NotEmpty(mesh.Exported);
        var scan = Scan();
        Assert.All(mesh.Exported, request => Assert.Empty(scan.Find(request)));
    }

    [Fact]
    public void No_row_of_the_database_tells_a_PIN()
    {
        // The rows can be read: every card object is in one.
        foreach (var id in mesh.Report.Select(line => Encoding.UTF8.GetBytes(line.CardObjectId!)))
            Assert.Contains(mesh.Rows, row => row.Content.AsSpan().IndexOf(id) >= 0);
        var scan = Scan();
        Assert.All(mesh.Rows, row => Assert.True(scan.Find(row.Content).Count == 0, row.Table));
    }

    [Fact]
    public void No_file_but_the_cards_tells_a_PIN()
    {
        string[] expected = ["security.log", "station-gateway-campus.log", "mesh.key", "PG_VERSION", ".p7m", ".vsc", ".journal"];
        Assert.All(expected, name => Assert.Contains(mesh.Files, file => file.EndsWith(name, StringComparison.Ordinal)));
        var scan = Scan();
        Assert.All(mesh.Files, file => Assert.True(scan.Find(File.ReadAllBytes(file)).Count == 0, file));
    }

    LeakScan Scan()
    {
        var scan = new LeakScan();
        foreach (var (name, letter) in mesh.Letters)
        {
            var (pin, puk) = Letters.Secrets(letter);
            scan.AddPin($"{name}: PIN", pin);
            scan.AddPin($"{name}: PUK", puk);
        }

        return scan;
    }
}
