using System.Text;
using System.Text.RegularExpressions;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.FileSystemCard;
using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.StationGateway.Tests.Support;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>Two hundred campus cards over pcscd, and what other people's programs read on them: byte for byte the image that Security kept.</summary>
public sealed partial class TwoHundredCampusCardsTests(TwoHundredCampusCards run) : IClassFixture<TwoHundredCampusCards>
{
    [Fact]
    public void Two_hundred_cards_are_all_good_and_every_reader_had_some()
    {
        Assert.Equal((TwoHundredCampusCards.Cards, TwoHundredCampusCards.Cards, 0), (run.Status.Records, run.Status.Good, run.Status.SpoiledCards));
        Assert.Equal(
            run.Station.Readers.Select(slot => slot.Reader).Order(StringComparer.Ordinal),
            run.Report.Select(line => line.Reader!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(run.Station.Pile("GOOD"), card => Assert.True(card.IsActivated));
    }

    [Fact]
    public void Every_holder_has_a_letter_with_the_PIN_of_her_card()
    {
        Assert.Equal(TwoHundredCampusCards.Cards, run.Mail.Count);
        foreach (var (student, card) in CardsByStudent())
        {
            var letter = run.Mail[student.Street];
            var (pin, puk) = Letters.Secrets(letter);
            Assert.Equal(student.FullName, letter[1]);
            Assert.Equal(Padded(pin), Convert.ToHexString(card.DebugPasswords[0x01]!));
            Assert.Equal(Encoding.ASCII.GetBytes(puk), card.DebugPasswords[0x11]);
            Assert.DoesNotContain(letter, line => line.Contains(student.StudentNumber, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Nothing_but_the_encrypted_letters_holds_a_PIN_afterwards()
    {
        var scan = new LeakScan();
        foreach (var (street, letter) in run.Mail)
        {
            // Five digits stand somewhere by chance; eight, or the PIN as the card gets it, do not.
            var (pin, puk) = Letters.Secrets(letter);
            scan.AddBytes($"{street}: PIN as the card gets it", Convert.FromHexString(Padded(pin)));
            scan.AddText($"{street}: PUK", puk);
        }

        // Journals of all readers, sealed images, letters, module data: there is something to look at.
        Assert.Equal(TwoHundredCampusCards.Cards, run.Files.Keys.Count(path => path.EndsWith(".vsc", StringComparison.Ordinal)));
        Assert.Equal(run.Station.Readers.Count, run.Files.Keys.Count(path => path.EndsWith(".journal", StringComparison.Ordinal)));
        foreach (var (path, content) in run.Files)
            Assert.True(scan.Find(content).Count == 0, path);
        foreach (var (_, card) in CardsByStudent())
        {
            using var image = run.OpenImage(IdentifierOf(card));
            Assert.Empty(image.Passwords);
        }
    }

    [Fact]
    public async Task Pyscard_reads_from_all_cards_what_is_in_their_images()
    {
        var slots = run.Station.Readers;
        var compared = 0;
        foreach (var round in CardsByStudent().Chunk(slots.Count))
        {
            var work = round.Zip(slots, (holder, slot) => (holder.Student, holder.Card, Slot: slot)).ToArray();
            await using var inserted = await InsertedCards.InsertAsync(run.Station, work.Select(item => (item.Slot, item.Card)));
            var images = work.Select(item => run.OpenImage(IdentifierOf(item.Card))).ToArray();
            var reads = work.Select((item, i) => Reads(images[i], Letters.Secrets(run.Mail[item.Student.Street]).Pin)).ToArray();
            var answers = await PyScard.TransmitAsync(work.Select((item, i) => (item.Slot.Reader, reads[i].Select(read => read.Apdu))));
            for (var i = 0; i < work.Length; i++)
            {
                Assert.True(reads[i].Select(read => read.Expected).SequenceEqual(answers[i]), $"student {work[i].Student.Number}: the card differs from its image");
                images[i].Dispose();
                compared++;
            }
        }

        Assert.Equal(TwoHundredCampusCards.Cards, compared);
    }

    [Fact]
    public async Task Opensc_tool_reads_the_same()
    {
        var pcscd = await PcscdProcess.GetAsync();
        await using var inserted = await InsertSampleAsync();
        foreach (var (student, card, slot) in Sample())
        {
            using var image = run.OpenImage(IdentifierOf(card));
            var reads = Reads(image, Letters.Secrets(run.Mail[student.Street]).Pin);
            string[] arguments = ["--reader", slot.Reader, "--card-driver", "default", .. reads.SelectMany(read => new[] { "-s", read.Apdu })];
            var output = await OtherProgram.RunAsync("opensc", pcscd.EnvironmentVariables, "opensc-tool", arguments);
            var answers = output.Split("Received (")[1..].Select(answer =>
                string.Concat(HexDumpLine().Matches(answer).Select(match => match.Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal)))
                + answer[6..8] + answer[16..18]);
            Assert.True(reads.Select(read => read.Expected).SequenceEqual(answers), $"student {student.Number}: the card differs from its image");
        }
    }

    [Fact]
    public async Task Opensc_explorer_reads_the_same()
    {
        var pcscd = await PcscdProcess.GetAsync();
        using var folder = new TemporaryFolder();
        await using var inserted = await InsertSampleAsync();
        foreach (var (student, card, slot) in Sample())
        {
            using var image = run.OpenImage(IdentifierOf(card));
            var pin = string.Join(':', Padded(Letters.Secrets(run.Mail[student.Street]).Pin).Chunk(2).Select(digits => new string(digits)));
            string[] files = ["3F00/2F05", "3F00/DF01/0001", "3F00/DF01/0002"];
            var script = folder.File("script");
            await File.WriteAllLinesAsync(script, [
                $"get 2F05 {Copy(files[0])}", "cd DF01", $"get 0001 {Copy(files[1])}", $"verify CHV1 {pin}", $"get 0002 {Copy(files[2])}", "quit"]);
            await OtherProgram.RunAsync("opensc", pcscd.EnvironmentVariables, "opensc-explorer", "--reader", slot.Reader, "--card-driver", "default", script);
            foreach (var file in files)
                Assert.Equal(image.Read(FilePath.Parse(file))[0].ToArray(), await File.ReadAllBytesAsync(Copy(file)));

            string Copy(string path) => folder.File($"{student.Number}.{path[^4..]}");
        }
    }

    IEnumerable<(Student Student, SimulatedFileSystemCard Card, PrivateServers.VirtualSlot Slot)> Sample() =>
        CardsByStudent().Take(4).Zip(run.Station.Readers, (holder, slot) => (holder.Student, holder.Card, Slot: slot));

    async Task<InsertedCards> InsertSampleAsync()
    {
        var inserted = await InsertedCards.InsertAsync(run.Station, Sample().Select(item => (item.Slot, item.Card)));
        await PyScard.WaitAsync(Sample().Select(item => item.Slot.Reader));
        return inserted;
    }

    IEnumerable<(Student Student, SimulatedFileSystemCard Card)> CardsByStudent()
    {
        var cards = run.Station.Pile("GOOD");
        foreach (var student in run.Students)
        {
            var serial = run.Report.Single(line => line.CardObjectId == student.StudentNumber).CardSerial!;
            yield return (student, cards.Single(card => serial.EndsWith(card.SerialNumber, StringComparison.Ordinal)));
        }
    }

    static string IdentifierOf(SimulatedFileSystemCard card) => Convert.ToHexString(card.DebugFiles.Single(file => file.Path == "3F00/2F05").Content);

    static string Padded(string pin) => Convert.ToHexString(Encoding.ASCII.GetBytes(pin)).PadRight(16, 'F');

    /// <summary>Commands that read all files of a card, written from ISO/IEC 7816-4, with what must come by the image.</summary>
    static List<(string Apdu, string Expected)> Reads(VirtualCard image, string pin)
    {
        List<(string, string)> reads = [];
        reads.AddRange(image.Layout.ElementaryFiles.Where(file => file.Value.Access.Read.IsAlways).SelectMany(file => ReadsOf(image, file.Key, file.Value)));
        var holder = image.Layout.ElementaryFiles.Where(file => file.Value.Access.Read.Password is not null).ToArray();
        reads.AddRange(holder.SelectMany(file => new[] { Select(file.Key), ("00B0000010", "6982") }));
        reads.Add(($"0020000108{Padded(pin)}", "9000"));
        reads.AddRange(holder.SelectMany(file => ReadsOf(image, file.Key, file.Value)));
        reads.AddRange(image.Layout.ElementaryFiles.Where(file => file.Value.Access.Read.IsNever).SelectMany(file => new[] { Select(file.Key), ("00B0000010", "6982") }));
        return reads;
    }

    static IEnumerable<(string, string)> ReadsOf(VirtualCard image, FilePath path, ElementaryFile ef)
    {
        yield return Select(path);
        var content = image.Read(path);
        if (ef.Structure != FileStructure.Transparent)
        {
            for (var number = 1; number <= content.Count; number++)
                yield return ($"00B2{number:X2}0400", $"{Convert.ToHexString(content[number - 1].Span)}9000");
            yield return ($"00B2{content.Count + 1:X2}0400", "6A83");
            yield break;
        }

        for (var offset = 0; offset < ef.Size; offset += 0x80)
        {
            var piece = content[0][offset..Math.Min(ef.Size, offset + 0x80)];
            yield return ($"00B0{offset:X4}{piece.Length:X2}", $"{Convert.ToHexString(piece.Span)}9000");
        }
    }

    static (string, string) Select(FilePath path)
    {
        var below = path.ToString()[5..].Replace("/", "", StringComparison.Ordinal);
        return ($"00A4080C{below.Length / 2:X2}{below}", "9000");
    }

    [GeneratedRegex(@"^(?<hex>([0-9A-F]{2} ){1,16})", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HexDumpLine();
}
