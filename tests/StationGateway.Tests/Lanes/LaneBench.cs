using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Sealing;
using PersoMesh.StationGateway.Lanes;
using PersoMesh.StationGateway.Modules;

namespace PersoMesh.StationGateway.Tests.Lanes;

/// <summary>One lane on an in-memory bus, with a mailbox where the Controller would be.</summary>
sealed class LaneBench : IAsyncDisposable
{
    static readonly Uri StationQueue = new("queue:station-one");

    readonly Mailbox _mailbox = new();
    readonly IBusControl _bus;
    readonly string? _journal;
    readonly bool _prefetches;
    readonly TaskCompletionSource _released = new();

    LaneBench(ScriptedReader reader, string? journal, bool prefetches)
    {
        (Reader, _journal, _prefetches) = (reader, journal, prefetches);
        Lane = new ReaderLane("one", "emv", reader, new NoModules(), new LaneJournal(journal), new SealedCommands(new PayloadSealer(new byte[PayloadSealer.KeyLength])),
            TimeProvider.System, NullLogger.Instance, prefetches);
        var station = new Station(new StationOptions { Name = "one", Pool = "emv" });
        station.Add(Lane);
        _bus = Bus.Factory.CreateUsingInMemory(factory =>
        {
            factory.ReceiveEndpoint("card-session", endpoint => endpoint.Instance(_mailbox));
            factory.ReceiveEndpoint("station-one", endpoint => endpoint.Instance(station));
        });
    }

    public ScriptedReader Reader { get; }

    public ReaderLane Lane { get; }

    /// <summary>Everything that the Controller was sent, in order.</summary>
    public IReadOnlyCollection<object> Heard => _mailbox.Messages;

    public static async Task<LaneBench> StartAsync(ScriptedReader? reader = null, string? journal = null, bool prefetches = false)
    {
        var bench = new LaneBench(reader ?? new ScriptedReader(), journal, prefetches);
        await bench._bus.StartAsync();
        await bench.Lane.StartAsync(bench._bus, CancellationToken.None);
        await bench.Lane.RemindAsync(bench._bus, TimeSpan.FromMinutes(1), CancellationToken.None);
        return bench;
    }

    /// <summary>The same lane after a SIGKILL at this moment: what the journal holds now is all that a new one has.</summary>
    /// <param name="folder">For the copy of the journal.</param>
    /// <param name="change">What else happened to the file.</param>
    public async Task<LaneBench> KilledAsync(TemporaryFolder folder, Func<string, string>? change = null)
    {
        var copy = folder.File($"{Guid.NewGuid()}.journal");
        // .NET respects the lock that keeps a second gateway away; cp does not.
        using (var copying = Process.Start("cp", [_journal!, copy]))
            await copying.WaitForExitAsync();
        if (change is not null)
            await File.WriteAllTextAsync(copy, change(await File.ReadAllTextAsync(copy)));
        return await StartAsync(new ScriptedReader(Reader.Name), copy, _prefetches);
    }

    public async Task SendAsync(object message)
    {
        var endpoint = await _bus.GetSendEndpoint(StationQueue);
        await endpoint.Send(message, message.GetType());
    }

    /// <summary>The n-th message of a kind that the Controller was sent.</summary>
    public async Task<T> HearAsync<T>(int number = 1)
        where T : class
    {
        await Eventually.TrueAsync(
            () => Heard.OfType<T>().Count() >= number, () => $"{typeof(T).Name} number {number}; heard {string.Join(", ", Heard.Select(m => m.GetType().Name))}");
        return Heard.OfType<T>().ElementAt(number - 1);
    }

    /// <summary>Brings a card object to the reader and opens the card.</summary>
    public async Task<Guid> OpenAsync()
    {
        var session = (await HearAsync<StationReady>()).SessionId;
        await SendAsync(Assignment(session));
        await HearAsync<ProgrammingRequested>();
        return session;
    }

    public static CardAssigned Assignment(Guid session, string cardObjectId = "card-1") => new()
    {
        SessionId = session,
        Reader = "reader-1",
        CardObjectId = cardObjectId,
        Job = "job",
        Profile = "emv-debit@1",
        SealedModules = [1],
        Opening = Commands(0xA0, 3),
    };

    public static CommandBatch Batch(Guid session, int commands = 5, int sequence = 1) => new(session, sequence, "reader-1", Commands(0xB0, commands));

    /// <summary>Holds the card at the command after so many answers, until the bench is disposed.</summary>
    /// <returns>Done when the card has received that command.</returns>
    public Task HoldAfter(int answers)
    {
        TaskCompletionSource held = new();
        Reader.BeforeAnswer = () =>
        {
            if (answers-- > 0)
                return Task.CompletedTask;
            held.TrySetResult();
            return _released.Task;
        };
        return held.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        _released.TrySetResult();
        await _bus.StopAsync();
        Lane.Dispose();
    }

    static CardCommand[] Commands(byte ins, int count) =>
        [.. Enumerable.Range(1, count).Select(number => new CardCommand([0x80, ins, 0x00, (byte)number], [0x9000]))];

    sealed class Mailbox : IConsumer<StationReady>, IConsumer<NextCardReady>, IConsumer<FormatCompleteAcknowledged>, IConsumer<ProgrammingRequested>, IConsumer<BatchResult>,
        IConsumer<SessionOutcomeReported>, IConsumer<StationWithdrawn>
    {
        public ConcurrentQueue<object> Messages { get; } = new();

        // A message comes once under each of its types.
        public Task Consume(ConsumeContext<StationReady> context) =>
            context.SupportedMessageTypes.Any(type => type.EndsWith($":{nameof(NextCardReady)}", StringComparison.Ordinal)) ? Task.CompletedTask : Put(context.Message);

        public Task Consume(ConsumeContext<NextCardReady> context) => Put(context.Message);

        public Task Consume(ConsumeContext<FormatCompleteAcknowledged> context) => Put(context.Message);

        public Task Consume(ConsumeContext<ProgrammingRequested> context) => Put(context.Message);

        public Task Consume(ConsumeContext<BatchResult> context) => Put(context.Message);

        public Task Consume(ConsumeContext<SessionOutcomeReported> context) => Put(context.Message);

        public Task Consume(ConsumeContext<StationWithdrawn> context) => Put(context.Message);

        Task Put(object message)
        {
            Messages.Enqueue(message);
            return Task.CompletedTask;
        }
    }
}
