using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PersoMesh.PostgresSagas.Tests.Support;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>One message that is two events of a saga: as its own type, and as its base type.</summary>
[Collection("database")]
public sealed class TwoEventsTests(DatabaseServer server)
{
    [Fact]
    public async Task Both_events_happen_and_a_repeat_of_the_message_repeats_neither()
    {
        var traffic = new Traffic();
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        var database = await server.CreateDatabaseAsync();
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(database));
        builder.Services.AddReceiveObserver(_ => traffic);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddSagaStateMachine<VisitMachine, Visit>().PostgresRepository(repository =>
            {
                repository.Table = "visit";
                repository.Serializer = (JsonTypeInfo<Visit>)JsonSerializerOptions.Web.GetTypeInfo(typeof(Visit));
            });
            bus.UsingInMemory((context, factory) =>
                factory.ReceiveEndpoint(SagaBench.ErrandHost.Queue, endpoint => endpoint.ConfigureSaga<Visit>(context)));
        });
        using var host = builder.Build();
        await host.StartAsync();
        var (visitId, messageId) = (NewId.NextGuid(), NewId.NextGuid());
        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("queue:errands"));
        for (var copy = 1; copy <= 2; copy++)
        {
            await endpoint.Send(new Entered { VisitId = visitId }, context => context.MessageId = messageId);
            await traffic.SettledAsync(copy);
        }

        var visit = await host.Services.GetRequiredService<ILoadSagaRepository<Visit>>().Load(visitId);
        Assert.Equal(["entered", "seen"], visit.Events.Order());
        Assert.Equal(0, traffic.Failed);
        await host.StopAsync();
    }

    public record Seen
    {
        public Guid VisitId { get; init; }
    }

    public sealed record Entered : Seen;

    public sealed class Visit : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }

        public string CurrentState { get; set; } = "";

        public IReadOnlyList<string> Events { get; set; } = [];
    }

    public sealed class VisitMachine : MassTransitStateMachine<Visit>
    {
        public VisitMachine()
        {
            Event(() => Seen, e => e.CorrelateById(m => m.Message.VisitId));
            Event(() => Entered, e => e.CorrelateById(m => m.Message.VisitId));
            InstanceState(s => s.CurrentState);
            DuringAny(
                When(Seen).Then(context => context.Saga.Events = [.. context.Saga.Events, "seen"]).TransitionTo(Inside),
                When(Entered).Then(context => context.Saga.Events = [.. context.Saga.Events, "entered"]).TransitionTo(Inside));
            Initially(
                When(Seen).Then(context => context.Saga.Events = [.. context.Saga.Events, "seen"]).TransitionTo(Inside),
                When(Entered).Then(context => context.Saga.Events = [.. context.Saga.Events, "entered"]).TransitionTo(Inside));
        }

        public State Inside { get; } = null!;

        public Event<Seen> Seen { get; } = null!;

        public Event<Entered> Entered { get; } = null!;
    }
}
