using PersoMesh.Postgres;

namespace PersoMesh.Ingest.Audit;

/// <summary>
/// Lets the database note every change of a card object's line in the audit log, in the statement that changes it: no verb can forget it,
/// none needs a statement of its own for it.
/// </summary>
static class JobAuditSchema
{
    public static MigrationSet Migrations { get; } = new("ingest audit", new Migration(1, "changes of lines are noted", """
        CREATE FUNCTION ingest_audit_new() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO audit_event (actor, action, subject, details)
            SELECT 'ingest', CASE n.state WHEN 5 THEN 'card.refuse' ELSE 'card.accept' END,
                coalesce(n.card_object_id, 'record ' || n.record_number || ' of ' || j.name),
                json_strip_nulls(json_build_object('job', j.name, 'record', n.record_number::text, 'field', n.field, 'reason', n.reason))
            FROM new_cards n JOIN ingest_job j USING (job_id) ORDER BY n.record_number;
            RETURN NULL;
        END $$;
        CREATE TRIGGER ingest_card_new_audit AFTER INSERT ON ingest_card
            REFERENCING NEW TABLE AS new_cards FOR EACH STATEMENT EXECUTE FUNCTION ingest_audit_new();

        CREATE FUNCTION ingest_audit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO audit_event (actor, action, subject, details)
            SELECT CASE WHEN action IN ('card.refuse') THEN 'ingest' WHEN action IN ('card.cancel', 'card.remake', 'card.settle') THEN 'controller'
                    ELSE coalesce(station, 'ingest') END,
                action, subject,
                json_strip_nulls(CASE action
                    WHEN 'card.refuse' THEN json_build_object('job', job, 'record', record_number::text, 'field', field, 'reason', reason)
                    WHEN 'card.cancel' THEN json_build_object('job', job)
                    WHEN 'card.remake' THEN json_build_object('job', job, 'attempt', attempts::text)
                    WHEN 'card.settle' THEN
                        json_build_object('job', job, 'attempt', attempts::text, 'as', CASE state WHEN 2 THEN 'good' ELSE 'destroyed' END)
                    ELSE json_build_object('job', job, 'attempt', attempts::text, 'serial', serial, 'reader', reader, 'reason', reason)
                    END)
            FROM (
                SELECT n.*, j.name AS job, coalesce(n.card_object_id, 'record ' || n.record_number || ' of ' || j.name) AS subject,
                    CASE
                        WHEN n.state = 5 THEN 'card.refuse'
                        WHEN n.state = 6 THEN 'card.cancel'
                        WHEN o.state IN (0, 5) AND n.state = 1 AND n.attempts = o.attempts THEN NULL
                        WHEN o.state IN (3, 6) AND n.state = 1 AND n.attempts = o.attempts THEN 'card.remake'
                        WHEN o.state = 4 AND n.attempts = o.attempts AND n.reason IS NOT DISTINCT FROM o.reason THEN 'card.settle'
                        WHEN n.state = 2 THEN 'card.good'
                        WHEN n.state = 3 THEN 'card.reject'
                        WHEN n.state = 4 THEN 'card.unresolved'
                        ELSE 'card.retry'
                    END AS action
                FROM new_cards n JOIN old_cards o USING (job_id, record_number) JOIN ingest_job j USING (job_id)
                WHERE n.state <> o.state OR n.attempts <> o.attempts) changed
            WHERE action IS NOT NULL ORDER BY record_number;
            RETURN NULL;
        END $$;
        CREATE TRIGGER ingest_card_changed_audit AFTER UPDATE ON ingest_card
            REFERENCING OLD TABLE AS old_cards NEW TABLE AS new_cards FOR EACH STATEMENT EXECUTE FUNCTION ingest_audit_changed();
        """));
}
