using PersoMesh.Ingest.Jobs;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>
/// A few cards of both kinds through a mesh of processes, with a collector of telemetry beside it and a tap on its broker. The mesh is stopped
/// before the tests look: what it says at its end belongs to it.
/// </summary>
public sealed class ObservedMesh : IAsyncLifetime
{
    public const int DebitCards = 6;
    public const int Badges = 3;
    public const string DebitJob = "observed-debit";
    public const string BadgeJob = "observed-badge";
    public const string RefusedJob = "observed-refused";

    const string UnwritableName = "Zwetsch×Pflaume";
    const string WrongPinBlock = "A1B2C3D4E5F60718";

    static readonly (string Name, string Value)[] Exporter =
    [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    OtlpReceiver? _receiver;
    ProcessMesh? _mesh;

    internal IReadOnlyList<DebitHolder> DebitHolders { get; } = [.. MadeUpHolders.DebitCards("S5", 11, DebitCards).Select(fields => new DebitHolder(fields))];

    internal IReadOnlyList<BadgeHolder> BadgeHolders { get; } = [.. MadeUpHolders.Badges(12, Badges).Select(fields => new BadgeHolder(fields))];

    /// <summary>Sound records of which one field each was spoilt before they were sent.</summary>
    internal IReadOnlyList<DebitHolder> RefusedHolders { get; } = [.. MadeUpHolders.DebitCards("BAD", 13, 3).Select(fields => new DebitHolder(fields))];

    public JobStatus DebitStatus { get; private set; } = null!;

    public JobStatus BadgeStatus { get; private set; } = null!;

    public JobStatus RefusedStatus { get; private set; } = null!;

    internal IReadOnlyList<CardReport> DebitReport { get; private set; } = [];

    internal IReadOnlyList<ExportedSpan> Spans { get; private set; } = [];

    internal IReadOnlyList<ExportedPoint> Points { get; private set; } = [];

    /// <summary>Everything that was exported, as it crossed the network.</summary>
    internal IReadOnlyList<byte[]> Exported { get; private set; } = [];

    /// <summary>Everything that crossed the broker.</summary>
    internal IReadOnlyList<byte[]> Messages { get; private set; } = [];

    internal IReadOnlyCollection<string> MessageTypes { get; private set; } = [];

    /// <summary>Services' logs, the broker's log and its data.</summary>
    internal IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>All that may appear in none of these.</summary>
    internal LeakScan Scan()
    {
        var scan = LeakScan.For(DebitHolders.Concat(RefusedHolders));
        scan.AddText("a name that cannot be written", UnwritableName);
        scan.AddDigits("a wrong PIN block", WrongPinBlock);
        scan.AddText("a wrong PAN", WrongPan());
        foreach (var badge in BadgeHolders)
        {
            scan.AddName($"{badge.Id}: name", badge.FullName);
            scan.AddBytes($"{badge.Id}: site key", CardMathematics.AesKeyAn10922(DemoKeys.Get("SITE-MASTER"), badge.Diversifier));
        }

        return scan;
    }

    public async Task InitializeAsync()
    {
        _receiver = await OtlpReceiver.StartAsync();
        _mesh = await UpWithExporterAsync(_receiver.Endpoint);
        await using var tap = await BrokerTap.OpenAsync(_mesh.State.Broker!);
        (DebitStatus, DebitReport) = await _mesh.PersonalizeAsync(DebitJob, "emv-debit", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("S5", 11, DebitCards)));
        (BadgeStatus, _) = await _mesh.PersonalizeAsync(BadgeJob, "access-badge", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.Badges(12, Badges)));
        (RefusedStatus, _) = await _mesh.PersonalizeAsync(RefusedJob, "emv-debit", "jsonl", MadeUpHolders.JsonLines(RefusedRecords()));
        await Eventually.TrueAsync(() => tap.MessageTypes.Contains("CardPersonalized"), () => "the tap has seen no card finished");
        (Messages, MessageTypes) = (tap.Messages, tap.MessageTypes);
        await tap.DisposeAsync();
        await _mesh.DownAsync();
        (Spans, Points, Exported) = (_receiver.Spans, _receiver.Points, _receiver.Requests);
        Files = [.. Directory.EnumerateFiles(Path.Combine(_mesh.Folder, "log")), .. Directory.EnumerateFiles(Path.Combine(_mesh.Folder, "broker"), "*", SearchOption.AllDirectories)];
    }

    public async Task DisposeAsync()
    {
        if (_mesh is not null)
            await _mesh.DisposeAsync();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    // Two that Support refuses and one that Security refuses: errors are where data slip out.
    static List<Dictionary<string, string>> RefusedRecords()
    {
        List<Dictionary<string, string>> records = [.. MadeUpHolders.DebitCards("BAD", 13, 3)];
        records[0]["pan"] = WrongPan();
        records[1]["lastName"] = UnwritableName;
        records[2]["pinBlock"] = WrongPinBlock;
        return records;
    }

    static string WrongPan()
    {
        var pan = MadeUpHolders.DebitCards("BAD", 13, 1)[0]["pan"];
        return pan[..^1] + (pan[^1] == '0' ? '1' : '0');
    }

    // The processes inherit the variables; this process, where other tests run services too, must not keep them.
    static async Task<ProcessMesh> UpWithExporterAsync(string endpoint)
    {
        (string Name, string Value)[] variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), .. Exporter];
        foreach (var (name, value) in variables)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            return await ProcessMesh.UpAsync(stationsPerPool: 2);
        }
        finally
        {
            foreach (var (name, _) in variables)
                Environment.SetEnvironmentVariable(name, null);
        }
    }
}
