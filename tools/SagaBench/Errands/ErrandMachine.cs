using System.Security.Cryptography;
using MassTransit;

namespace PersoMesh.SagaBench.Errands;

/// <summary>A saga to try repositories with: every step publishes one message and sends another.</summary>
public sealed class ErrandMachine : MassTransitStateMachine<ErrandState>
{
    /// <summary>Where notes go. An exchange, not a queue: naming a queue would declare it with default arguments.</summary>
    public static readonly Uri Notes = new("exchange:errand-notes");

    public ErrandMachine(ErrandHooks hooks)
    {
        Event(() => Begin, e => e.CorrelateById(m => m.Message.ErrandId));
        Event(() => Flash, e => e.CorrelateById(m => m.Message.ErrandId));
        Event(() => Step, e => OfRunningErrand(e, m => m.ErrandId));
        Event(() => Finish, e => OfRunningErrand(e, m => m.ErrandId));
        Event(() => Ask, e =>
        {
            e.ReadOnly = true;
            e.CorrelateById(m => m.Message.ErrandId);
            e.OnMissingInstance(missing => missing.ExecuteAsync(context => context.RespondAsync(new Status(context.Message.ErrandId, -1))));
        });
        InstanceState(s => s.CurrentState);

        Initially(
            When(Begin)
                .Then(context => (context.Saga.Payload, context.Saga.Deadline) = (context.Message.Payload, context.Message.Deadline))
                .ThenAsync(context => hooks.OnStep(context, 0))
                .Publish(context => new Begun(context.Saga.CorrelationId))
                .TransitionTo(Running),
            When(Flash)
                .Publish(context => new Finished(context.Saga.CorrelationId, 0))
                .Finalize());

        During(Running,
            When(Step)
                .Then(context => (context.Saga.Steps, context.Saga.Deadline) = ([.. context.Saga.Steps, context.Message.Number], null))
                .ThenAsync(context => hooks.OnStep(context, context.Message.Number))
                .Publish(context => new Stepped(context.Saga.CorrelationId, context.Message.Number, context.Saga.Steps.Count))
                .Send(Notes, context => NoteOf(context.Saga, context.Message)),
            When(Finish)
                .Publish(context => new Finished(context.Saga.CorrelationId, context.Saga.Steps.Count))
                .Finalize(),
            When(Ask).RespondAsync(context => Task.FromResult(new Status(context.Saga.CorrelationId, context.Saga.Steps.Count))),
            Ignore(Begin));

        SetCompletedWhenFinalized();
    }

    public State Running { get; } = null!;

    public Event<Begin> Begin { get; } = null!;

    public Event<Flash> Flash { get; } = null!;

    public Event<Step> Step { get; } = null!;

    public Event<Finish> Finish { get; } = null!;

    public Event<Ask> Ask { get; } = null!;

    static Note NoteOf(ErrandState errand, Step step) =>
        new(errand.CorrelationId, step.Number, RandomNumberGenerator.GetBytes(step.AnswerSize));

    static void OfRunningErrand<T>(IEventCorrelationConfigurator<ErrandState, T> correlation, Func<T, Guid> errandId)
        where T : class
    {
        correlation.CorrelateById(m => errandId(m.Message));
        correlation.OnMissingInstance(missing => missing.Discard());
    }
}

/// <summary>What else happens in a step: tests make steps fail, wait or kill the process.</summary>
public sealed class ErrandHooks
{
    /// <summary>Called when the state is changed and nothing is sent yet; the number of the step, 0 for the beginning.</summary>
    public Func<BehaviorContext<ErrandState>, int, Task> OnStep { get; set; } = (_, _) => Task.CompletedTask;
}
