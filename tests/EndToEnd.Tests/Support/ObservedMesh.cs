using PersoMesh.Ingest.Jobs;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>
/// A few cards of both kinds through a mesh of processes, with a collector of telemetry beside it and a tap on its broker. The mesh is
/// stopped before the tests look: what it says at its end belongs to it.
/// </summary>
public sealed class ObservedMesh : IAsyncLifetime
{
    public const string Collection = "observed mesh";
    public const int DebitCards = 6;
    public const int Badges = 3;
    public const int RefusedCards = 3;
    public const string DebitJob = "observed-debit";
    public const string BadgeJob = "observed-badge";
    public const string RefusedJob = "observed-refused";

    const string UnwritableName = "Zwetsch×Pflaume";
    const string WrongPinBlock = "A1B2C3D4E5F60718";

    OtlpReceiver? _receiver;
    ProcessMesh? _mesh;

    public JobStatus DebitStatus { get; private set; } = null!;

    public JobStatus BadgeStatus { get; private set; } = null!;

    public JobStatus RefusedStatus { get; private set; } = null!;

    public IReadOnlyList<CardReport> DebitReport { get; private set; } = [];

    /// <summary>Identifiers of the sound cards.</summary>
    public IEnumerable<string> CardObjects => [.. DebitHolders.Select(holder => holder.Id), .. BadgeHolders.Select(holder => holder.Id)];

    internal IReadOnlyList<DebitHolder> DebitHolders { get; } = [.. DebitRecords().Select(fields => new DebitHolder(fields))];

    internal IReadOnlyList<BadgeHolder> BadgeHolders { get; } = [.. BadgeRecords().Select(fields => new BadgeHolder(fields))];

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
        var scan = LeakScan.For(DebitHolders.Concat(SoundRecordsOfRefused().Select(fields => new DebitHolder(fields))));
        scan.AddText("a name that cannot be written", UnwritableName);
        scan.AddDigits("a wrong PIN block", WrongPinBlock);
        scan.AddDigits("a wrong PAN", WrongPan());
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
        await using (var tap = await BrokerTap.OpenAsync(_mesh.State.Broker!))
        {
            (DebitStatus, DebitReport) = await PersonalizeAsync(_mesh, DebitJob, "emv-debit", DebitRecords());
            (BadgeStatus, _) = await PersonalizeAsync(_mesh, BadgeJob, "access-badge", BadgeRecords());
            (RefusedStatus, _) = await PersonalizeAsync(_mesh, RefusedJob, "emv-debit", RefusedRecords());
            // The last kind of message that Ingest waited for; the tap may be behind.
            await Eventually.TrueAsync(() => tap.MessageTypes.Contains("CardObjectsRefused"), () => "the tap has seen no refusal");
            (Messages, MessageTypes) = (tap.Messages, tap.MessageTypes);
        }

        await _mesh.DownAsync();
        (Spans, Points, Exported) = (_receiver.Spans, _receiver.Points, _receiver.Requests);
        Files =
        [
            .. Directory.EnumerateFiles(Path.Combine(_mesh.Folder, "log")),
            .. Directory.EnumerateFiles(Path.Combine(_mesh.Folder, "broker"), "*", SearchOption.AllDirectories),
        ];
    }

    public async Task DisposeAsync()
    {
        if (_mesh is not null)
            await _mesh.DisposeAsync();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    static Task<(JobStatus Status, IReadOnlyList<CardReport> Report)> PersonalizeAsync(
        ProcessMesh mesh, string job, string profile, IReadOnlyList<Dictionary<string, string>> records) =>
        mesh.PersonalizeAsync(job, profile, "jsonl", MadeUpHolders.JsonLines(records));

    static IReadOnlyList<Dictionary<string, string>> DebitRecords() => MadeUpHolders.DebitCards("S5", 11, DebitCards);

    static IReadOnlyList<Dictionary<string, string>> BadgeRecords() => MadeUpHolders.Badges(12, Badges);

    static IReadOnlyList<Dictionary<string, string>> SoundRecordsOfRefused() => MadeUpHolders.DebitCards("BAD", 13, RefusedCards);

    // Two that Support refuses and one that Security refuses: errors are where data slip out.
    static IReadOnlyList<Dictionary<string, string>> RefusedRecords()
    {
        var records = SoundRecordsOfRefused();
        records[0]["pan"] = WrongPan();
        records[1]["lastName"] = UnwritableName;
        records[2]["pinBlock"] = WrongPinBlock;
        return records;
    }

    static string WrongPan()
    {
        var pan = SoundRecordsOfRefused()[0]["pan"];
        return pan[..^1] + (pan[^1] == '0' ? '1' : '0');
    }

    // The processes inherit the variables; this process, where other tests run services too, must not keep them.
    internal static async Task<ProcessMesh> UpWithExporterAsync(string endpoint, Perso.Demo.HsmOptions? hsm = null)
    {
        (string Name, string Value)[] variables =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ];
        foreach (var (name, value) in variables)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            return await ProcessMesh.UpAsync(stationsPerPool: 2, hsm);
        }
        finally
        {
            foreach (var (name, _) in variables)
                Environment.SetEnvironmentVariable(name, null);
        }
    }
}

/// <summary>One observed mesh for all classes that look at it.</summary>
[CollectionDefinition(ObservedMesh.Collection)]
public sealed class ObservedMeshCollection : ICollectionFixture<ObservedMesh>;
