using System.Text;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.FileSystemCard;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Keys;
using PersoMesh.Perso.Demo;
using PersoMesh.Profiles;
using PersoMesh.VirtualCards.Sealing;
using PersoMesh.VirtualCards.Tests;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>Campus cards through all services, in this process, and what came of them.</summary>
sealed class CampusRun : IDisposable
{
    // One printer for all runs: its key takes its time.
    static readonly Lazy<TemporaryFolder> Printer = new(() =>
    {
        var folder = new TemporaryFolder();
        _ = DemoMailPrinter.Settings([Profile], folder.Path).ToArray();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    });

    readonly TemporaryFolder _folder = new();
    Dictionary<string, string[]> _mail = [];

    static CardProfile Profile => ProfileLibrary.Load(Perso.InstallFolder.Profiles).Get("campus-card");

    public JobStatus Status { get; private set; } = null!;

    public IReadOnlyList<CardReport> Report { get; private set; } = [];

    public int LetterCount { get; private set; }

    /// <summary>Cards in virtual readers' piles, with the card object that was meant for each.</summary>
    public IReadOnlyDictionary<Verdict, IReadOnlyList<(string CardObjectId, SimulatedFileSystemCard Card)>> Piles { get; private set; } =
        new Dictionary<Verdict, IReadOnlyList<(string, SimulatedFileSystemCard)>>();

    /// <summary>Personalizes.</summary>
    /// <param name="cards">How many card objects: students 1, 2, 3 and so on.</param>
    /// <param name="stations">Settings of the stations.</param>
    public static async Task<CampusRun> PersonalizeAsync(int cards, IEnumerable<string> stations)
    {
        var run = new CampusRun();
        string[] settings =
        [
            $"--Security:VirtualCardArchive={run._folder.File("virtual-cards")}",
            $"--Security:PinMailers:SpoolFolder={run._folder.File("pin-mailers")}",
            $"--Security:PinMailers:PrinterCertificate={Printer.Value.File("mail-printer/printer.pem")}",
        ];
        await using (var mesh = await EmbeddedMesh.StartAsync([.. settings, .. stations]))
        {
            var students = Enumerable.Range(1, cards).Select(number => new Student(number).Record);
            (run.Status, run.Report) = await mesh.PersonalizeAsync("students", "campus-card", "jsonl", MadeUpHolders.JsonLines([.. students]));
            run.Piles = Enum.GetValues<Verdict>().ToDictionary(verdict => verdict, verdict => ReadPile(mesh.Output, verdict));
        }

        var spool = run._folder.File("pin-mailers");
        run.LetterCount = Directory.EnumerateFiles(spool).Count();
        run._mail = (await Support.Letters.OpenAsync(spool, Printer.Value.File("mail-printer"))).Values
            .ToDictionary(lines => lines.Single(line => line.StartsWith("Example Street", StringComparison.Ordinal)));
        return run;
    }

    /// <summary>The card has every byte of its image, and PIN and PUK of the student's letter.</summary>
    public void AssertComplete(SimulatedFileSystemCard card, string cardObjectId)
    {
        var identifier = Convert.ToHexString(card.DebugFiles.Single(file => file.Path == "3F00/2F05").Content);
        using var key = new SoftwareKey(KeyAlgorithm.Aes, DemoKeys.Get("PERSOMESH-VIRTUAL-CARDS"));
        using var image = SealedVirtualCard.Read(File.ReadAllBytes(_folder.File(Path.Combine("virtual-cards", $"{identifier}.vsc")))).Open(key);
        CardAssert.Holds(image, card);
        var student = new Student(int.Parse(cardObjectId[1..], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(cardObjectId, student.StudentNumber);
        Assert.True(card.DebugFiles.Single(file => file.Path == "3F00/DF01/0001").Content.AsSpan().IndexOf(Convert.FromHexString(cardObjectId)) >= 0);
        var (pin, puk) = Support.Letters.Secrets(_mail[student.Street]);
        Assert.Equal(Convert.ToHexString(Encoding.ASCII.GetBytes(pin)).PadRight(16, 'F'), Convert.ToHexString(card.DebugPasswords[0x01]!));
        Assert.Equal(Encoding.ASCII.GetBytes(puk), card.DebugPasswords[0x11]);
        Assert.Equal(3, card.TriesLeft(1));
    }

    public void Dispose() => _folder.Dispose();

    static IReadOnlyList<(string, SimulatedFileSystemCard)> ReadPile(string output, Verdict verdict)
    {
        var pile = Path.Combine(output, "stack", verdict.ToString().ToLowerInvariant());
        return Directory.Exists(pile) ? [.. Directory.EnumerateFiles(pile, "*.card").Select(ReadCard)] : [];
    }

    static (string, SimulatedFileSystemCard) ReadCard(string path)
    {
        using var file = File.OpenRead(path);
        return (Path.GetFileName(path).Split('.')[0], SimulatedFileSystemCard.Load(file));
    }
}
