using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using PersoMesh.PostgresSagas.Answers;

namespace PersoMesh.PostgresSagas.Consuming;

/// <summary>A consume context whose sends, publications and responses are kept instead of sent.</summary>
abstract class CapturingConsumeContext<TMessage> : ConsumeContextScope<TMessage>, OutboxSendContext
    where TMessage : class
{
    readonly IServiceProvider _provider;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    readonly List<Answer> _captured = [];
    readonly List<Task> _tasks = [];

    protected CapturingConsumeContext(
        ConsumeContext<TMessage> context, IServiceProvider provider, TimeProvider time, params object[] payloads)
        : base(context, payloads)
    {
        (_provider, _time) = (provider, time);
        var receiveContext = new OutboxReceiveContext(this, context.ReceiveContext);
        ReceiveContext = receiveContext;
        PublishEndpointProvider = receiveContext.PublishEndpointProvider;
    }

    /// <summary>What was sent so far, in order.</summary>
    public IReadOnlyList<Answer> Captured
    {
        get
        {
            lock (_gate)
                return [.. _captured];
        }
    }

    /// <summary>Done when the sends that nobody awaited are captured too.</summary>
    public override Task ConsumeCompleted
    {
        get
        {
            lock (_gate)
                return Task.WhenAll(_tasks);
        }
    }

    /// <summary>Delayed messages too are sent when the saga is committed, not before.</summary>
    public void CaptureScheduledMessages()
    {
        if (TryGetPayload(out MessageSchedulerContext outer))
            AddOrUpdatePayload<MessageSchedulerContext>(Capturing, _ => Capturing());

        ConsumeMessageSchedulerContext Capturing() => new(this, outer.SchedulerFactory);
    }

    public override void AddConsumeTask(Task task)
    {
        lock (_gate)
            _tasks.Add(task);
    }

    public Task AddSend<T>(SendContext<T> context)
        where T : class
    {
        var answer = Answer.Capture(context, _time.GetUtcNow());
        lock (_gate)
            _captured.Add(answer);
        return Task.CompletedTask;
    }

    public object? GetService(Type serviceType) => _provider.GetService(serviceType);
}
