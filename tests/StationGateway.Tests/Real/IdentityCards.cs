using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Demo;
using PersoMesh.Perso.Samples;
using PersoMesh.Profiles;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>Identity cards of the shipped profile, through the services onto file-system cards in pcscd's slots, run once.</summary>
public sealed class IdentityCards : IAsyncLifetime, IDisposable
{
    public const int Cards = 2;

    readonly TemporaryFolder _folder = new();
    CampusStation? _station;

    internal CampusStation Station => _station!;

    /// <summary>What the issuer published.</summary>
    internal IReadOnlyList<IReadOnlyDictionary<string, string>> Records { get; } = [.. IdPkcs15Samples.Generate(Cards, seed: 15)];

    public IReadOnlyList<CardReport> Report { get; private set; } = [];

    /// <summary>Lines of each holder's letter, by her name.</summary>
    public IReadOnlyDictionary<string, string[]> Mail { get; private set; } = new Dictionary<string, string[]>();

    /// <summary>Folder with the sealed images.</summary>
    public string Images => _folder.File("virtual-cards");

    public async Task InitializeAsync()
    {
        _station = await CampusStation.StartAsync(Cards, pool: "identity");
        var profile = ProfileLibrary.Load(Perso.InstallFolder.Profiles).Get("id-pkcs15");
        var settings = DemoMailPrinter.Settings([profile], _folder.Path).Select(setting => $"--{setting.Key}={setting.Value}");
        await using (var mesh = await EmbeddedMesh.StartAsync([.. settings, .. _station.Settings(_folder.File("journals"))]))
        {
            var records = MadeUpHolders.JsonLines([.. Records.Select(record => record.ToDictionary())]);
            (_, Report) = await mesh.PersonalizeAsync("identity", "id-pkcs15", "jsonl", records);
        }

        var letters = await Letters.OpenAsync(_folder.File("pin-mailers"), _folder.File("mail-printer"));
        Mail = letters.Values.ToDictionary(lines => lines[1]);
    }

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();
}
