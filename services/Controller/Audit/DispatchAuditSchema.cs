using PersoMesh.Postgres;

namespace PersoMesh.Controller.Audit;

/// <summary>
/// Lets the database note in the audit log which session got which card object and what became of it, in the statement that changes the
/// claim; and pools that stop and go on.
/// </summary>
static class DispatchAuditSchema
{
    public static MigrationSet Migrations { get; } = new("controller audit", new Migration(1, "claims and pools are noted", """
        CREATE FUNCTION controller_audit_claim() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            v_claim controller_claim := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        BEGIN
            INSERT INTO audit_event (actor, action, subject, details)
            SELECT 'controller', CASE TG_OP WHEN 'INSERT' THEN 'session.assign' WHEN 'UPDATE' THEN 'session.verdict' ELSE 'session.return' END,
                c.card_object_id, json_strip_nulls(json_build_object('job', j.name, 'session', v_claim.session_id::text,
                    'attempt', v_claim.attempt::text, 'verdict', CASE v_claim.verdict WHEN 0 THEN 'good' WHEN 1 THEN 'rejected' WHEN 2 THEN 'unresolved' END))
            FROM controller_card c JOIN controller_job j USING (job_id) WHERE c.card_id = v_claim.card_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER controller_claim_assigned AFTER INSERT ON controller_claim FOR EACH ROW EXECUTE FUNCTION controller_audit_claim();
        CREATE TRIGGER controller_claim_judged AFTER UPDATE OF verdict ON controller_claim FOR EACH ROW
            WHEN (NEW.verdict IS DISTINCT FROM OLD.verdict) EXECUTE FUNCTION controller_audit_claim();
        CREATE TRIGGER controller_claim_returned AFTER DELETE ON controller_claim FOR EACH ROW
            WHEN (OLD.verdict IS NULL) EXECUTE FUNCTION controller_audit_claim();

        CREATE FUNCTION controller_audit_pool() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.is_stopped IS DISTINCT FROM (CASE WHEN TG_OP = 'UPDATE' THEN OLD.is_stopped ELSE false END) THEN
                INSERT INTO audit_event (actor, action, subject, details)
                VALUES ('controller', CASE WHEN NEW.is_stopped THEN 'pool.stop' ELSE 'pool.go-on' END, NEW.pool, '{}');
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER controller_pool_changed AFTER INSERT OR UPDATE OF is_stopped ON controller_pool
            FOR EACH ROW EXECUTE FUNCTION controller_audit_pool();
        """));
}
