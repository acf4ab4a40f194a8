using PersoMesh.PostgresSagas.Answers;

namespace PersoMesh.PostgresSagas.Storage;

/// <summary>A saga's row, as it was read.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
sealed record SagaRow<TSaga>
{
    public required TSaga Saga { get; init; }

    /// <summary>Counts the messages that the saga consumed.</summary>
    public required int Version { get; init; }

    /// <summary>Keys of the last messages that it consumed, the newest one last.</summary>
    public required Guid[] Consumed { get; init; }

    /// <summary>Keys of those whose answers may not have reached the transport.</summary>
    public required Guid[] Unsent { get; init; }

    public required IReadOnlyList<AnswerSet> Answers { get; init; }

    /// <summary>The saga has ended. The row stays for a while, so that late messages are recognized.</summary>
    public required bool IsFinished { get; init; }
}

/// <summary>What consuming one message changes in a row.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
sealed record SagaChange<TSaga>
{
    public required TSaga Saga { get; init; }

    /// <summary>Version that was read; 0 when there was no row.</summary>
    public required int ExpectedVersion { get; init; }

    public required Guid[] Consumed { get; init; }

    /// <summary>Key that joins the unsent ones; null when the message was answered with nothing.</summary>
    public required Guid? Unsent { get; init; }

    /// <summary>Keys whose answers this process has sent since, so that they need no write of their own.</summary>
    public required Guid[] Delivered { get; init; }

    /// <summary>The column's new value; null leaves it as it is.</summary>
    public required byte[]? Answers { get; init; }

    public required bool IsFinished { get; init; }
}
