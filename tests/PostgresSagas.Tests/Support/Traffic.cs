using MassTransit;
using PersoMesh.SagaBench;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests.Support;

/// <summary>A message that arrived.</summary>
public sealed record Arrival(object Message, Guid MessageId, string Body, string Headers);

/// <summary>A message that was handed to the transport. What is sent from a row has its type only by name.</summary>
public sealed record Departure(string Type, Guid MessageId);

/// <summary>
/// Everything that passes in one process: what the transport sent, what arrived, what the saga's queue is done with. Waits are
/// for events, with a limit that only a hanging test reaches.
/// </summary>
public sealed class Traffic : ISendObserver, IReceiveObserver, IConsumer<Begun>, IConsumer<Stepped>, IConsumer<Note>, IConsumer<Finished>
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    readonly Lock _gate = new();
    readonly List<Arrival> _arrivals = [];
    readonly List<Departure> _departures = [];
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _settled;
    int _failed;

    /// <summary>Called before a message leaves; may throw.</summary>
    public Action<Departure>? BeforeSend { get; set; }

    public IReadOnlyList<Arrival> Arrivals
    {
        get
        {
            lock (_gate)
                return [.. _arrivals];
        }
    }

    /// <summary>The saga's answers that left.</summary>
    public IReadOnlyList<Departure> Departures
    {
        get
        {
            lock (_gate)
                return [.. _departures];
        }
    }

    /// <summary>Messages that the saga's queue failed to consume.</summary>
    public int Failed
    {
        get
        {
            lock (_gate)
                return _failed;
        }
    }

    /// <summary>Waits until the saga's queue is done with so many messages since the start, one way or the other.</summary>
    public Task SettledAsync(int count) => UntilAsync(() => _settled >= count, () => $"{_settled} of {count} messages were settled");

    /// <summary>Waits until messages of a type have arrived.</summary>
    public async Task<IReadOnlyList<Arrival>> ArrivedAsync<T>(int count)
    {
        await UntilAsync(() => Count<T>() >= count, () => $"{Count<T>()} of {count} {typeof(T).Name} arrived");
        return [.. Arrivals.Where(arrival => arrival.Message is T)];
    }

    /// <summary>Waits until so many answers to steps have arrived, copies included.</summary>
    public Task AnswersAsync(int count) =>
        UntilAsync(() => Count<Stepped>() + Count<Note>() >= count,
            () => $"{Count<Stepped>()} + {Count<Note>()} of {count} answers arrived");

    public Task Consume(ConsumeContext<Begun> context) => Arrive(context);

    public Task Consume(ConsumeContext<Stepped> context) => Arrive(context);

    public Task Consume(ConsumeContext<Note> context) => Arrive(context);

    public Task Consume(ConsumeContext<Finished> context) => Arrive(context);

    public Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        if (ToDeparture(context) is { } departure)
            BeforeSend?.Invoke(departure);
        return Task.CompletedTask;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        if (ToDeparture(context) is { } departure)
            Change(() => _departures.Add(departure));
        return Task.CompletedTask;
    }

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context)
    {
        if (IsSagaQueue(context))
            Change(() => _settled++);
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
    {
        Change(() => _failed++);
        return Task.CompletedTask;
    }

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;

    Task Arrive<T>(ConsumeContext<T> context)
        where T : class
    {
        var headers = context.Headers.GetAll().Select(header => $"{header.Key}={header.Value}").Order(StringComparer.Ordinal);
        var body = context.ReceiveContext.Body.GetString();
        var arrival = new Arrival(context.Message, context.MessageId!.Value, body, string.Join(", ", headers));
        Change(() => _arrivals.Add(arrival));
        return Task.CompletedTask;
    }

    int Count<T>() => _arrivals.Count(arrival => arrival.Message is T);

    void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    async Task UntilAsync(Func<bool> condition, Func<string> describe)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (condition())
                    return;
                Assert.False(limit.IsCancellationRequested, $"{describe()} within {Limit}");
                changed = _changed.Task;
            }

            await Task.WhenAny(changed, Task.Delay(Timeout.Infinite, limit.Token));
        }
    }

    static bool IsSagaQueue(ReceiveContext context) =>
        context.InputAddress.AbsolutePath.EndsWith($"/{ErrandHost.Queue}", StringComparison.Ordinal);

    static Departure? ToDeparture(SendContext context)
    {
        string[] answers = [nameof(Begun), nameof(Stepped), nameof(Note), nameof(Finished), nameof(Status)];
        var type = context.SupportedMessageTypes.Select(urn => urn.Split(':')[^1]).FirstOrDefault(answers.Contains);
        return type is null ? null : new Departure(type, context.MessageId!.Value);
    }
}
