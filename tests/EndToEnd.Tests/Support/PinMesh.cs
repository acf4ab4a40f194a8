using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso;
using PersoMesh.Perso.Samples;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>
/// File-system cards of both shipped profiles through a mesh of processes with RabbitMQ and PostgreSQL, a tap on the broker and a collector of telemetry
/// beside it; stopped before the tests look. PINs have eight digits here: shorter ones stand in any log by chance.
/// </summary>
public sealed class PinMesh : IAsyncLifetime, IDisposable
{
    public const int CampusCards = 8;
    public const int IdentityCards = 2;

    readonly TemporaryFolder _profiles = new();
    OtlpReceiver? _receiver;
    ProcessMesh? _mesh;

    public IReadOnlyList<CardReport> Report { get; private set; } = [];

    /// <summary>Lines of the letters as the mail printer reads them, by name of the file.</summary>
    public IReadOnlyDictionary<string, string[]> Letters { get; private set; } = new Dictionary<string, string[]>();

    /// <summary>Everything that crossed the broker.</summary>
    internal IReadOnlyList<byte[]> Messages { get; private set; } = [];

    internal IReadOnlyCollection<string> MessageTypes { get; private set; } = [];

    /// <summary>Everything that was exported: traces and metrics.</summary>
    internal IReadOnlyList<byte[]> Exported { get; private set; } = [];

    /// <summary>All rows of all tables.</summary>
    internal IReadOnlyList<(string Table, byte[] Content)> Rows { get; private set; } = [];

    /// <summary>All files of the mesh, the broker and the database, but the cards themselves.</summary>
    internal IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>The saved cards.</summary>
    internal IReadOnlyList<string> Cards { get; private set; } = [];

    public async Task InitializeAsync()
    {
        CopyProfiles();
        _receiver = await OtlpReceiver.StartAsync();
        _mesh = await _receiver.ObserveAsync(() => ProcessMesh.UpAsync(stationsPerPool: 2, change: options => options with
        {
            Pools = [("campus", "filesystem-demo"), ("identity", "filesystem-demo")],
            ProfileFolder = _profiles.Path,
            Settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["StationGateway__JournalFolder"] = Path.Combine(options.Folder, "journals"),
                ["Logging__LogLevel__Default"] = "Debug",
            },
        }));
        await using (var tap = await BrokerTap.OpenAsync(_mesh.State.Broker!))
        {
            var students = Enumerable.Range(1, CampusCards).Select(number => new Student(number).Record);
            var (_, campus) = await _mesh.PersonalizeAsync("students", "campus-card", "jsonl", MadeUpHolders.JsonLines([.. students]));
            var citizens = IdPkcs15Samples.Generate(IdentityCards, seed: 7).Select(record => record.ToDictionary());
            var (_, identity) = await _mesh.PersonalizeAsync("citizens", "id-pkcs15", "jsonl", MadeUpHolders.JsonLines([.. citizens]));
            Report = [.. campus, .. identity];
            Assert.All(Report, line => Assert.True(line.State == CardState.Good, $"{line.CardObjectId}: {line.State}, {line.Field} {line.Reason}"));
            await Eventually.TrueAsync(
                () => tap.Messages.Count(message => message.AsSpan().IndexOf("CardPersonalized"u8) >= 0) >= Report.Count, () => "the tap is behind");
            (Messages, MessageTypes) = (tap.Messages, tap.MessageTypes);
        }

        Rows = await TableDump.ReadAsync(await File.ReadAllTextAsync(_mesh.State.ConnectionStringFile!));
        Letters = await StationGateway.Tests.Support.Letters.OpenAsync(Path.Combine(_mesh.Folder, "pin-mailers"), Path.Combine(_mesh.Folder, "mail-printer"));
        await _mesh.DownAsync();
        Exported = _receiver.Requests;
        var stack = Path.Combine(_mesh.State.Output, "stack");
        Cards = [.. Directory.EnumerateFiles(stack, "*", SearchOption.AllDirectories)];
        Files =
        [
            .. new[] { _mesh.Folder, _mesh.State.Database!.Folder }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                .Where(file => !file.StartsWith(stack, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal),
        ];
    }

    public async Task DisposeAsync()
    {
        if (_mesh is not null)
            await _mesh.DisposeAsync();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    public void Dispose() => _profiles.Dispose();

    void CopyProfiles()
    {
        foreach (var file in Directory.EnumerateFiles(InstallFolder.Profiles))
        {
            var text = File.ReadAllText(file)
                .Replace("generate: 5\n", "generate: 8\n", StringComparison.Ordinal)
                .Replace("digits: 6-8\n", "digits: 6-8\n      generate: 8\n", StringComparison.Ordinal);
            File.WriteAllText(_profiles.File(Path.GetFileName(file)), text);
        }
    }
}
