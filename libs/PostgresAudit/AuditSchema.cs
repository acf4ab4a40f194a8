using PersoMesh.Postgres;

namespace PersoMesh.PostgresAudit;

/// <summary>
/// The tables of an audit log in a database. Whoever changes something inserts into <c>audit_event</c> in the transaction that changes it;
/// a chain writer moves events into <c>audit_page</c>, which nobody can change.
/// </summary>
public static class AuditSchema
{
    /// <summary>The schema's steps.</summary>
    public static MigrationSet Migrations { get; } = new("audit", new Migration(1, "events to be chained, pages of the chain", """
        CREATE TABLE audit_event (
            event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            actor text NOT NULL,
            action text NOT NULL,
            subject text NOT NULL,
            details json NOT NULL DEFAULT '{}'
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0,
            autovacuum_analyze_threshold = 20000);

        -- Lines of the log as they are in a file (docs/audit-log.md), each with its line end; many to a row, which makes them small.
        CREATE TABLE audit_page (
            first bigint PRIMARY KEY,
            last bigint NOT NULL CHECK (last >= first),
            hash bytea NOT NULL,
            unsealed bigint NOT NULL,
            written_at timestamptz NOT NULL DEFAULT now(),
            lines text NOT NULL
        );

        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER audit_page_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_page
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
        CREATE TRIGGER audit_event_unchanged BEFORE UPDATE OR TRUNCATE ON audit_event
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
        """));
}
