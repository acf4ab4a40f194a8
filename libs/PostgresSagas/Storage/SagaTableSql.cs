using PersoMesh.Postgres;

namespace PersoMesh.PostgresSagas.Storage;

/// <summary>The statements for one table of sagas.</summary>
/// <param name="table">Its name, checked by <see cref="IsName"/>.</param>
sealed class SagaTableSql(string table)
{
    /// <summary>PostgreSQL cuts names at 63 bytes, and names of indexes are made from this one.</summary>
    const int MaximumNameLength = 48;

    /// <summary>Creates or updates the table.</summary>
    public MigrationSet Migrations { get; } = new($"saga {table}", new Migration(1, "one row for each saga", $"""
        CREATE TABLE "{table}" (
            correlation_id uuid PRIMARY KEY,
            version integer NOT NULL,
            state json NOT NULL,
            consumed uuid[] NOT NULL,
            unsent uuid[] NOT NULL,
            answers bytea NOT NULL,
            resend_at timestamptz,
            resends integer NOT NULL DEFAULT 0,
            deadline timestamptz,
            finished_at timestamptz
        );
        CREATE INDEX "{table}_resend" ON "{table}" (resend_at) WHERE resend_at IS NOT NULL;
        CREATE INDEX "{table}_deadline" ON "{table}" (deadline) WHERE deadline IS NOT NULL;
        CREATE INDEX "{table}_finished" ON "{table}" (finished_at) WHERE finished_at IS NOT NULL;
        """));

    /// <summary>$1 identifier.</summary>
    public string Load { get; } = $"""
        SELECT version, state, consumed, unsent, answers, finished_at IS NOT NULL FROM "{table}" WHERE correlation_id = $1
        """;

    /// <summary>As <see cref="Load"/>, and others must wait until the transaction ends.</summary>
    public string LoadAndLock => Load + " FOR UPDATE";

    /// <summary>$1 identifier, $2 state, $3 consumed, $4 unsent, $5 answers, $6 resend after, $7 deadline, $8 finished.</summary>
    public string Insert { get; } = $"""
        INSERT INTO "{table}" (correlation_id, version, state, consumed, unsent, answers, resend_at, deadline, finished_at)
        VALUES ($1, 1, $2, $3, CASE WHEN $4::uuid IS NULL THEN '{NoKeys}'::uuid[] ELSE ARRAY[$4::uuid] END, coalesce($5, ''::bytea),
            CASE WHEN $4::uuid IS NOT NULL THEN now() + $6 END, $7, CASE WHEN $8 THEN now() END)
        ON CONFLICT (correlation_id) DO NOTHING
        """;

    /// <summary>
    /// As <see cref="Insert"/>, and $9 version, $10 delivered. The unsent keys are computed from what the row holds at that moment:
    /// between reading and writing, another process may have cleared some.
    /// </summary>
    public string Update { get; } = $"""
        UPDATE "{table}" SET
            version = version + 1, state = $2, consumed = $3,
            unsent = array(SELECT k FROM unnest(unsent) k WHERE k <> ALL($10))
                || CASE WHEN $4::uuid IS NULL THEN '{NoKeys}'::uuid[] ELSE ARRAY[$4::uuid] END,
            answers = coalesce($5, answers),
            resend_at = CASE WHEN $4::uuid IS NOT NULL THEN now() + $6 WHEN unsent <@ $10 THEN NULL ELSE resend_at END,
            resends = CASE WHEN $4::uuid IS NOT NULL THEN 0 ELSE resends END,
            deadline = $7, finished_at = CASE WHEN $8 THEN now() END
        WHERE correlation_id = $1 AND version = $9
        """;

    /// <summary>$1 identifiers, $2 keys. Rows are locked in one order, so that two processes never wait for each other.</summary>
    public string ClearDelivered { get; } = $"""
        UPDATE "{table}" SET
            unsent = array(SELECT k FROM unnest(unsent) k WHERE k <> ALL($2)),
            resend_at = CASE WHEN unsent <@ $2 THEN NULL ELSE resend_at END
        WHERE correlation_id IN (SELECT correlation_id FROM "{table}" WHERE correlation_id = ANY($1) ORDER BY correlation_id FOR UPDATE)
        """;

    /// <summary>
    /// $1 resend after, $2 limit. Takes rows for this process for a while that doubles with every try (up to 1,024-fold): another
    /// process passes over them, and takes them when this one has died.
    /// </summary>
    public string ClaimUnsent { get; } = $"""
        UPDATE "{table}" SET resend_at = now() + $1 * power(2, least(resends + 1, 10)), resends = resends + 1
        WHERE correlation_id IN (
            SELECT correlation_id FROM "{table}" WHERE resend_at <= now() ORDER BY resend_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING correlation_id, unsent, answers, resends
        """;

    /// <summary>$1 now, $2 until, $3 limit.</summary>
    public string ClaimDue { get; } = $"""
        UPDATE "{table}" SET deadline = $2
        WHERE correlation_id IN (
            SELECT correlation_id FROM "{table}" WHERE deadline <= $1 ORDER BY deadline LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING correlation_id, state
        """;

    /// <summary>$1 retention, $2 limit. What was not sent is never deleted.</summary>
    public string DeleteFinished { get; } = $"""
        DELETE FROM "{table}"
        WHERE correlation_id IN (
            SELECT correlation_id FROM "{table}" WHERE finished_at < now() - $1 AND resend_at IS NULL
            ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        """;

    const string NoKeys = "{}";

    /// <summary>
    /// True for a name that needs no quoting and leaves room for the names of its indexes: small letters, digits, underscores.
    /// </summary>
    public static bool IsName(string table) =>
        table.Length is > 0 and <= MaximumNameLength && !char.IsAsciiDigit(table[0])
            && table.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
