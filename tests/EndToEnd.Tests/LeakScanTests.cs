using System.Text;
using System.Text.Json;
using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>The scan that other tests rely on does find what it looks for.</summary>
public sealed class LeakScanTests
{
    static readonly DebitHolder Holder = new(MadeUpHolders.DebitCards("scan", 8, 5)[3]);

    [Fact]
    public void A_leak_is_found_in_every_form()
    {
        var scan = LeakScan.For([Holder]);
        var pan = Encoding.ASCII.GetBytes(Holder.Pan);
        byte[][] leaks =
        [
            pan,
            Encoding.Unicode.GetBytes(Holder.Pan),
            Convert.FromHexString(Holder.Pan),
            Encoding.ASCII.GetBytes(Convert.ToHexString(pan)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(pan)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(pan)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String([1, .. pan])),
            Encoding.ASCII.GetBytes(Convert.ToBase64String([1, 2, .. pan, 3])),
            Encoding.ASCII.GetBytes(Convert.ToBase64String([1, 2, .. Convert.FromHexString(Holder.Pan), 3])),
            Encoding.ASCII.GetBytes(Holder.Track1),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(Convert.FromHexString(Holder.Track2Equivalent))),
            Encoding.ASCII.GetBytes(Holder.EncipheredPin),
            JsonSerializer.SerializeToUtf8Bytes(new { name = Holder.FirstName.ToUpperInvariant() }),
            JsonSerializer.SerializeToUtf8Bytes(new { name = Encoding.UTF8.GetBytes(Holder.LastName) }),
            DemoKeys.Get("IMK-AC"),
        ];
        Assert.All(leaks, leak => Assert.NotEmpty(scan.Find([0, 1, 2, .. leak, 3, 4])));
    }

    [Fact]
    public void A_PIN_is_found_in_every_form()
    {
        const string Pin = "40719368";
        var scan = new LeakScan();
        scan.AddPin("PIN", Pin);
        var asciiPadded = Convert.FromHexString("3430373139333638FFFF");
        var packed = Convert.FromHexString("40719368FFFFFFFF");
        var pinBlock = Convert.FromHexString("2840719368FFFFFF");
        string[] texts =
        [
            $"pin={Pin}", $"\"{Pin}\"", "3430373139333638", Convert.ToBase64String(Encoding.ASCII.GetBytes(Pin)), "40719368FFFFFFFF", "2840719368ffffff",
            Convert.ToBase64String(packed), Convert.ToBase64String([1, .. pinBlock]), Convert.ToBase64String([1, 2, .. asciiPadded]),
            Convert.ToHexStringLower(Encoding.Unicode.GetBytes(Pin)), Convert.ToBase64String([.. new byte[4], .. Encoding.Unicode.GetBytes(Pin)]),
        ];
        byte[][] leaks = [asciiPadded, packed, pinBlock, Encoding.Unicode.GetBytes(Pin), .. texts.Select(Encoding.ASCII.GetBytes)];
        Assert.All(leaks, leak => Assert.NotEmpty(scan.Find([0, 1, 2, .. leak, 3, 4])));
        Assert.All(new[] { "0140719368", "40719368A", "40719369" }, other => Assert.Empty(scan.Find(Encoding.ASCII.GetBytes(other))));
    }

    [Fact]
    public void What_may_be_known_is_no_leak()
    {
        var known = $"{Holder.Id} emv-debit@1 84E60C00 9000 {Holder.Pan[..8]}";
        Assert.Empty(LeakScan.For([Holder]).Find(Encoding.UTF8.GetBytes(known)));
    }
}
