using MassTransit;
using MassTransit.Logging;
using MassTransit.Saga;
using PersoMesh.PostgresSagas.Storage;

namespace PersoMesh.PostgresSagas.Consuming;

/// <summary>
/// What MassTransit asks of a repository while a message is consumed. It only notes what to write: the writing comes after, in one
/// statement.
/// </summary>
sealed class PostgresSagaRepositoryContext<TSaga, TMessage>(
    ConsumeContext<TMessage> context, SagaSession session, SagaRow<TSaga>? row, ISagaConsumeContextFactory<SagaSession, TSaga> factory,
    IServiceProvider provider, TimeProvider time) :
    CapturingConsumeContext<TMessage>(context, provider, time, session),
    SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga
    where TMessage : class
{
    /// <summary>The saga to write, or null when the message changed none.</summary>
    public TSaga? Changed { get; private set; }

    /// <summary>The saga to write has ended.</summary>
    public bool IsFinished { get; private set; }

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) =>
        row is null ? CreateSagaConsumeContext(this, instance, SagaConsumeContextMode.Add) : throw new SagaFinishedException();

    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        if (row is not null)
            return null!;
        this.LogInsert<TSaga, TMessage>(instance.CorrelationId);
        return await CreateSagaConsumeContext(this, instance, SagaConsumeContextMode.Insert).ConfigureAwait(false);
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId) =>
        row is null or { IsFinished: true }
            ? null!
            : await CreateSagaConsumeContext(this, row.Saga, SagaConsumeContextMode.Load).ConfigureAwait(false);

    public Task Save(SagaConsumeContext<TSaga> context) => Change(context, isFinished: false);

    public Task Update(SagaConsumeContext<TSaga> context) => Change(context, isFinished: false);

    public Task Delete(SagaConsumeContext<TSaga> context) => Change(context, isFinished: true);

    // Comes after a saga that began and ended with the same message, and after a failure, of which nothing will be written.
    public Task Discard(SagaConsumeContext<TSaga> context) => context.IsCompleted ? Change(context, isFinished: true) : Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where T : class => factory.CreateSagaConsumeContext(session, consumeContext, instance, mode);

    Task Change(SagaConsumeContext<TSaga> context, bool isFinished)
    {
        (Changed, IsFinished) = (context.Saga, isFinished);
        return Task.CompletedTask;
    }
}

/// <summary>
/// A message that would begin a saga came for one that has ended. Thrown and caught inside the repository: MassTransit offers no other
/// way to decline an instance, and to run the state machine would act for a saga that is over.
/// </summary>
sealed class SagaFinishedException : Exception;
