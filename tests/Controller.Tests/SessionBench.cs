using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Dispatch;
using PersoMesh.Controller.Sessions;

namespace PersoMesh.Controller.Tests;

/// <summary>The session's machine on MassTransit's harness, with a station and a Security service that are only mailboxes.</summary>
public abstract class SessionBench : IAsyncLifetime
{
    // The answers of a card that has no CPLC: SELECT, GET DATA, INITIALIZE UPDATE (SCP02, 28 bytes).
    protected static readonly byte[][] OpeningAnswers = [[0x90, 0x00], [0x6A, 0x88], [.. new byte[28], 0x90, 0x00]];

    readonly ServiceProvider _services;

    protected SessionBench()
    {
        _services = new ServiceCollection()
            .AddSingleton<ICardDispatcher>(Dispatcher)
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Options.Create(new ControllerOptions()))
            .AddSingleton<SessionSteps>()
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddSagaStateMachine<CardSessionMachine, CardSession>().InMemoryRepository();
                bus.UsingInMemory((context, factory) =>
                {
                    factory.ReceiveEndpoint("card-session", endpoint => endpoint.ConfigureSaga<CardSession>(context));
                    factory.ReceiveEndpoint("station-one", endpoint =>
                    {
                        endpoint.Handler<CardAssigned>(_ => Task.CompletedTask);
                        endpoint.Handler<CommandBatch>(_ => Task.CompletedTask);
                        endpoint.Handler<FormatComplete>(_ => Task.CompletedTask);
                    });
                    factory.ReceiveEndpoint("security-session", endpoint =>
                    {
                        endpoint.Handler<ProtectScript>(_ => Task.CompletedTask);
                        endpoint.Handler<VerifyResponses>(_ => Task.CompletedTask);
                        endpoint.Handler<ResumeScript>(_ => Task.CompletedTask);
                    });
                });
            })
            .BuildServiceProvider(true);
        Harness = _services.GetRequiredService<ITestHarness>();
    }

    private protected InMemoryCardDispatcher Dispatcher { get; } = Some.Dispatcher();

    private protected SetTime Time { get; } = new();

    protected ITestHarness Harness { get; }

    public Task InitializeAsync() => Harness.Start();

    public async Task DisposeAsync() => await _services.DisposeAsync();

    protected static CardCommand Command => new([0x84, 0x82, 0x03, 0x00], [0x9000]);

    protected async Task<Guid> ReadyAsync(params string[] cards)
    {
        await Dispatcher.AddAsync(Some.Job(), Some.Cards(cards), CancellationToken.None);
        var session = NewId.NextGuid();
        await SendAsync(new StationReady { SessionId = session, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        return session;
    }

    protected async Task CompleteAsync(Guid session)
    {
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        await SendAsync(new BatchResult(session, 1, new BatchOutcome([[0x90, 0x00]])));
    }

    protected async Task TwiceAsync<T>(T message)
        where T : class
    {
        await SendAsync(message);
        await SendAsync(message);
    }

    protected Task PostAsync<T>(T message)
        where T : class => PostAsync(message, NewId.NextGuid());

    protected async Task PostAsync<T>(T message, Guid id)
        where T : class
    {
        var endpoint = await Harness.Bus.GetSendEndpoint(new Uri("exchange:card-session"));
        await endpoint.Send(message, context => context.MessageId = id);
    }

    // Waits until the machine has consumed the message, so that the next one finds the state it left.
    protected async Task SendAsync<T>(T message)
        where T : class
    {
        var id = NewId.NextGuid();
        await PostAsync(message, id);
        Assert.True(await Harness.Consumed.Any<T>(m => m.Context.MessageId == id), $"{typeof(T).Name} was not consumed");
    }
}

/// <summary>A clock that shows what a test sets. Timers run by the real one.</summary>
sealed class SetTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = TimeProvider.System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;
}
