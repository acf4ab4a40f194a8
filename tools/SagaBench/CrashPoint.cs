using System.Diagnostics;
using MassTransit;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.SagaBench;

/// <summary>Where a worker dies, with SIGKILL, while it consumes a step.</summary>
public enum CrashPoint
{
    Never,

    /// <summary>The state machine has run; nothing is written.</summary>
    BeforeTheTransaction,

    /// <summary>Everything is written, nothing is sent.</summary>
    BeforePublishing,

    /// <summary>The broker has confirmed one of two messages; the other has not left.</summary>
    BetweenTwoPublishes,

    /// <summary>The broker has confirmed both messages; the consumed one is not acknowledged.</summary>
    BeforeTheAcknowledgement,
}

/// <summary>Kills this process at a crash point. The messages of the errand's beginning pass.</summary>
sealed class Killer(CrashPoint point) : ISendObserver, IConsumeObserver
{
    int _passed;

    public Task OnStep(BehaviorContext<ErrandState> context, int number)
    {
        if (point == CrashPoint.BeforeTheTransaction && number > 0)
            Die();
        return Task.CompletedTask;
    }

    public async Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        if (!IsAnswerToStep(context))
            return;
        if (point == CrashPoint.BeforePublishing)
            Die();
        if (point == CrashPoint.BetweenTwoPublishes && Interlocked.Increment(ref _passed) > 1)
            await Task.Delay(Timeout.Infinite);
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        if (point == CrashPoint.BetweenTwoPublishes && IsAnswerToStep(context))
            Die();
        return Task.CompletedTask;
    }

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (point == CrashPoint.BeforeTheAcknowledgement && typeof(T) == typeof(Step))
            Die();
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    // What is sent from the row has its types in the context, not in its class.
    static bool IsAnswerToStep(SendContext context) =>
        context.SupportedMessageTypes.Any(type => type == MessageUrn.ForTypeString<Stepped>() || type == MessageUrn.ForTypeString<Note>());

    static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
