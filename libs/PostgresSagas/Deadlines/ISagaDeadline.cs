namespace PersoMesh.PostgresSagas;

/// <summary>A saga whose state may last only so long. The deadline is written with the state and can be searched for.</summary>
public interface ISagaDeadline
{
    /// <summary>Until when the present state may last; null = for ever. A saga that has ended has none.</summary>
    DateTimeOffset? Deadline { get; }
}

/// <summary>Finds sagas past their deadline. Safe with several replicas and after a crash; thread-safe.</summary>
/// <typeparam name="TSaga">The saga; it implements <see cref="ISagaDeadline"/>.</typeparam>
public interface ISagaDeadlines<TSaga>
{
    /// <summary>
    /// Takes sagas past their deadline, the longest overdue first. They are not handed out again, to anybody, until the lease has
    /// passed: by then the message that the caller sends has moved the saga's state, or the caller has died and another may try.
    /// </summary>
    /// <typeparam name="TResult">What the caller needs of each: as a rule the message to send to it.</typeparam>
    /// <param name="select">Makes it from the saga. Must not keep or change the saga.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="lease">How long they are kept from others.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<TResult>> ClaimDueAsync<TResult>(
        Func<TSaga, TResult> select, int limit, TimeSpan lease, CancellationToken cancellationToken);
}
