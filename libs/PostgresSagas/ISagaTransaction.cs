using Npgsql;

namespace PersoMesh.PostgresSagas;

/// <summary>
/// Payload of a saga's consume context: lets a step of the saga write tables of its own service in the one commit that moves the
/// saga's state. <c>context.GetPayload&lt;ISagaTransaction&gt;()</c>. With another repository there is no such payload.
/// </summary>
public interface ISagaTransaction
{
    /// <summary>
    /// Opens the transaction, or returns the one that is open. The repository commits it together with the saga, or rolls it back
    /// when the step fails, or when another message was quicker: then the step runs once more.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The transaction; the repository's: neither commit nor dispose of it. Its connection takes one command at a time.</returns>
    Task<NpgsqlTransaction> BeginAsync(CancellationToken cancellationToken);
}
