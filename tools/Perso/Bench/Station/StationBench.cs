using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Session;
using PersoMesh.Hosting;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Demo;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Mesh;
using PersoMesh.Perso.Samples;
using PersoMesh.PrivateServers;
using PersoMesh.Profiles;
using PersoMesh.StationGateway;
using PersoMesh.StationGateway.Readers.Virtual;

namespace PersoMesh.Perso.Bench.Station;

/// <summary>
/// Measures the time per card of one reader whose gateway is far from its broker, beside a local program that sends the same commands to the same
/// cards. A mesh of processes on RabbitMQ and PostgreSQL; the gateway is in this process, behind a <see cref="DelayedLink"/>.
/// </summary>
static class StationBench
{
    // The first cards meet code that is not compiled and a station with nothing ahead; after the last ones nothing is asked ahead.
    const int LeftOut = 3;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<IReadOnlyList<StationFigure>> RunAsync(StationBenchOptions options, Action<string> progress, CancellationToken cancellationToken)
    {
        var profile = ProfileLibrary.Load(InstallFolder.Profiles).Get(options.Profile);
        if (profile.Chip is null)
            throw new UserErrorException($"Profile {profile.Reference} has no secure channel; take emv-debit, emv-dda or access-badge.");
        if (options.Cards <= 2 * LeftOut)
            throw new UserErrorException($"--cards is {options.Cards}: the first and last {LeftOut} of a run are not measured, so take more than {2 * LeftOut}.");
        progress("starting RabbitMQ, PostgreSQL and the services");
        var mesh = await MeshRun.UpAsync(new MeshRunOptions { Folder = options.Folder, KeepCards = false, Pools = [] }, _ => { }, cancellationToken);
        try
        {
            List<StationFigure> figures = [];
            foreach (var delay in options.DelaysMilliseconds)
            {
                foreach (var ahead in Enum.GetValues<Ahead>())
                {
                    progress($"{delay} ms each way, {ahead} ahead");
                    figures.Add(await MeasureAsync(options, profile, mesh, delay, ahead, cancellationToken));
                }
            }

            return figures;
        }
        finally
        {
            await MeshRun.DownAsync(options.Folder);
        }
    }

    static async Task<StationFigure> MeasureAsync(
        StationBenchOptions options, CardProfile profile, MeshRunState mesh, int delay, Ahead ahead, CancellationToken cancellationToken)
    {
        var name = $"bench-{delay}-{ahead}".ToLowerInvariant();
        ConcurrentQueue<RecordedBlank> cards = [];
        await using var link = new DelayedLink(mesh.Broker!.AmqpPort, TimeSpan.FromMilliseconds(delay));
        await using var gateway = MeshHost.Create(
            [.. Settings(options, profile, link.Port, name, ahead)], "station-gateway", ContractsJson.Default, builder =>
            {
                builder.Services.AddSingleton<BringBlank>(services =>
                {
                    var blanks = new BlankCardFactory(services.GetRequiredService<IOptions<StationGatewayOptions>>().Value.DemoKeyFile);
                    return product =>
                    {
                        var card = new RecordedBlank(blanks.Make(product));
                        cards.Enqueue(card);
                        return card;
                    };
                });
                builder.AddStationGateway();
            });
        await PersonalizeAsync(gateway, mesh, profile, options, name, cancellationToken);
        RecordedBlank[] used = [.. cards.Where(card => card.Exchanges.Count > 0)];
        if (used.Length != options.Cards)
            throw new UserErrorException($"{used.Length} cards were needed for {options.Cards} card objects: the figures would mean nothing.");
        var measured = used[LeftOut..^LeftOut];
        var begun = measured.Select(card => card.Begun).ToArray();
        var inMesh = Stopwatch.GetElapsedTime(begun[0], begun[^1]) / (measured.Length - 1);
        var locally = await LocallyAsync(options, measured, gateway.Services.GetRequiredService<VirtualCardPiles>(), cancellationToken);
        return new StationFigure(delay, ahead, measured[0].Exchanges.Count, inMesh.TotalMilliseconds, locally.TotalMilliseconds);
    }

    static async Task PersonalizeAsync(
        WebApplication gateway, MeshRunState mesh, CardProfile profile, StationBenchOptions options, string job, CancellationToken cancellationToken)
    {
        // Cards first: none is then waited for.
        using var client = new IngestClient(mesh.Ingest);
        var file = SampleFile.Write(profile, options.Cards, seed: job.Aggregate(17, (seed, letter) => (seed * 31) + letter) & 0xFFFF, Path.Combine(options.Folder, $"{job}.{SampleFile.ExtensionFor(profile)}"));
        await using (var records = File.OpenRead(file))
            await client.SubmitAsync(job, profile.Reference, RecordFormat.Of(file, null), priority: 0, records, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await WaitAsync(status => status.Ready == options.Cards);
        await gateway.StartAsync(cancellationToken);
        var status = await WaitAsync(status => status.IsFinished);
        await gateway.StopAsync(cancellationToken);
        if (status.Good != options.Cards)
            throw new UserErrorException($"Not every card is good ({status.Good} of {options.Cards}): the figures would mean nothing.");

        async Task<JobStatus> WaitAsync(Func<JobStatus, bool> wanted)
        {
            while (true)
            {
                if (await client.FindAsync(job, patience.Token) is { } status && wanted(status))
                    return status;
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
            }
        }
    }

    static async Task<TimeSpan> LocallyAsync(StationBenchOptions options, RecordedBlank[] cards, VirtualCardPiles piles, CancellationToken cancellationToken)
    {
        var magazine = new Queue<SimulatedBlank>(cards.Select(card => card.Again()));
        var station = new StationOptions { Name = "local", Pool = "local", Product = "recorded", ApduDelay = TimeSpan.FromMilliseconds(options.ApduMilliseconds) };
        var reader = new VirtualReader("local", station, 1, _ => magazine.Dequeue(), piles, TimeProvider.System);
        long first = 0, last = 0;
        foreach (var card in cards)
        {
            await reader.NextCardAsync(cancellationToken);
            foreach (var (command, answer) in card.Exchanges)
            {
                var isFirst = ReferenceEquals(command, card.Exchanges[0].Command);
                var answered = await reader.TransmitAsync(command, cancellationToken);
                if (isFirst)
                    (first, last) = (first == 0 ? Stopwatch.GetTimestamp() : first, Stopwatch.GetTimestamp());
                if (!answered.AsSpan().SequenceEqual(answer))
                    throw new InvalidOperationException("A card that was given the same commands once more answered something else.");
            }

            await reader.EjectAsync(Verdict.Good, null, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(first, last) / (cards.Length - 1);
    }

    static IEnumerable<string> Settings(StationBenchOptions options, CardProfile profile, int port, string name, Ahead ahead)
    {
        yield return "--urls=http://127.0.0.1:0";
        yield return "--Logging:LogLevel:Default=Error";
        yield return "--Logging:LogLevel:Microsoft=Error";
        yield return "--Logging:LogLevel:MassTransit=Error";
        yield return $"--Mesh:KeyFile={Path.Combine(options.Folder, "mesh.key")}";
        yield return $"--Mesh:Broker:Host={PrivateBroker.Host}";
        yield return $"--Mesh:Broker:Port={port}";
        yield return $"--StationGateway:JournalFolder={Path.Combine(options.Folder, "journals")}";
        yield return $"--StationGateway:DemoKeyFile={InstallFolder.DemoKeys}";
        const string Station = "--StationGateway:Stations:0:";
        yield return $"{Station}Name={name}";
        yield return $"{Station}Pool={profile.Pool}";
        yield return $"{Station}Product={SimulatedProduct.For(profile)}";
        yield return $"{Station}ApduDelay={TimeSpan.FromMilliseconds(options.ApduMilliseconds)}";
        yield return $"{Station}Prefetch={ahead != Ahead.Nothing}";
        yield return $"{Station}IdentifiesBlanks={ahead == Ahead.Script}";
    }
}
