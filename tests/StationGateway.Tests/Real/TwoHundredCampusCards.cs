using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Keys;
using PersoMesh.Perso.Demo;
using PersoMesh.Profiles;
using PersoMesh.StationGateway.Tests.Support;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>Two hundred campus cards through the services onto file-system cards in pcscd's slots, run once.</summary>
public sealed class TwoHundredCampusCards : IAsyncLifetime, IDisposable
{
    public const int Cards = 200;

    readonly TemporaryFolder _folder = new();
    CampusStation? _station;

    internal CampusStation Station => _station!;

    internal IReadOnlyList<Student> Students { get; } = [.. Enumerable.Range(1, Cards).Select(number => new Student(number))];

    public JobStatus Status { get; private set; } = null!;

    public IReadOnlyList<CardReport> Report { get; private set; } = [];

    /// <summary>Lines of each holder's letter, by her street.</summary>
    public IReadOnlyDictionary<string, string[]> Mail { get; private set; } = new Dictionary<string, string[]>();

    /// <summary>Everything that the services had written when the last card was good, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; private set; } = new Dictionary<string, byte[]>();

    public async Task InitializeAsync()
    {
        _station = await CampusStation.StartAsync(PcscdProcess.Slots);
        var profile = ProfileLibrary.Load(Perso.InstallFolder.Profiles).Get("campus-card");
        var settings = DemoMailPrinter.Settings([profile], _folder.Path).Select(setting => $"--{setting.Key}={setting.Value}");
        Dictionary<string, byte[]> files;
        await using (var mesh = await EmbeddedMesh.StartAsync([.. settings, .. _station.Settings(Path.Combine(_folder.Path, "journals"))]))
        {
            var records = MadeUpHolders.JsonLines([.. Students.Select(student => student.Record)]);
            (Status, Report) = await mesh.PersonalizeAsync("campus", "campus-card", "jsonl", records);
            files = Read(mesh.Output);
        }

        // The gateway has its journals open as long as it runs.
        Files = files.Concat(Read(_folder.Path)).ToDictionary();
        var letters = await Letters.OpenAsync(Path.Combine(_folder.Path, "pin-mailers"), Path.Combine(_folder.Path, "mail-printer"));
        Mail = letters.Values.ToDictionary(lines => lines.Single(line => line.StartsWith("Example Street", StringComparison.Ordinal)));
    }

    /// <summary>The sealed image that Security kept of a card; the caller disposes it.</summary>
    /// <param name="identifier">What the card says it is.</param>
    internal VirtualCard OpenImage(string identifier)
    {
        var encoded = File.ReadAllBytes(Path.Combine(_folder.Path, "virtual-cards", $"{identifier}.vsc"));
        using var key = new SoftwareKey(KeyAlgorithm.Aes, DemoKeys.Get("PERSOMESH-VIRTUAL-CARDS"));
        return SealedVirtualCard.Read(encoded).Open(key);
    }

    static Dictionary<string, byte[]> Read(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();
}
