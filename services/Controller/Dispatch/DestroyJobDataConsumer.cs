using MassTransit;
using Npgsql;
using PersoMesh.Contracts.Preparation;

namespace PersoMesh.Controller.Dispatch;

/// <summary>Destroys the card data of a job when Ingest says that the profile's retention has passed.</summary>
sealed class DestroyJobDataConsumer(ICardDispatcher dispatcher, IEnumerable<SessionAnswers> sessions) : IConsumer<DestroyJobData>
{
    public async Task Consume(ConsumeContext<DestroyJobData> context)
    {
        await dispatcher.DestroyDataAsync(context.Message.JobId, context.CancellationToken);
        foreach (var answers in sessions)
            await answers.ForgetAsync(context.Message.JobId, context.CancellationToken);
    }
}

/// <summary>The messages that sessions keep to repeat them; some hold card data, under the mesh key.</summary>
sealed class SessionAnswers(NpgsqlDataSource database)
{
    /// <summary>Forgets those of a job's sessions that were sent. A late repeat of a message is then not answered any more.</summary>
    public async Task ForgetAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE card_session SET answers = '' WHERE state->>'JobId' = $1 AND unsent = '{}' AND answers <> ''");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = jobId.ToString() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
