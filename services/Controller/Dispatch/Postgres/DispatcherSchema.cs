using PersoMesh.Postgres;

namespace PersoMesh.Controller.Dispatch;

/// <summary>The dispatcher's tables. That no card object is on two good cards (S1) is also a rule of the database here.</summary>
static class DispatcherSchema
{
    /// <summary>States of <c>controller_card</c>: 0 ready, 1 in a session, 2 good, 3 rejected or withdrawn, 4 unresolved.</summary>
    public static MigrationSet Migrations { get; } = new("controller", new Migration(1, "jobs, cards, claims, waiting readers", """
        CREATE TABLE controller_pool (
            pool text PRIMARY KEY,
            wrong_cryptograms integer NOT NULL DEFAULT 0,
            is_stopped boolean NOT NULL DEFAULT false
        );

        CREATE TABLE controller_job (
            job_id uuid PRIMARY KEY,
            name text NOT NULL,
            profile text NOT NULL,
            pool text NOT NULL,
            priority integer NOT NULL,
            max_attempts integer NOT NULL,
            control smallint NOT NULL DEFAULT 0,
            control_version integer NOT NULL DEFAULT 0,
            has_ready boolean NOT NULL DEFAULT false,
            place bigint GENERATED ALWAYS AS IDENTITY
        );
        CREATE INDEX controller_job_ready ON controller_job (pool, priority DESC, place) WHERE has_ready;

        CREATE SEQUENCE controller_place;
        CREATE TABLE controller_card (
            card_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            job_id uuid NOT NULL,
            card_object_id text NOT NULL,
            record_number bigint NOT NULL,
            state smallint NOT NULL DEFAULT 0,
            attempt integer NOT NULL DEFAULT 0,
            forgiven integer NOT NULL DEFAULT 0,
            was_remade boolean NOT NULL DEFAULT false,
            resolved_as boolean,
            place bigint NOT NULL DEFAULT nextval('controller_place'),
            ready_since timestamptz NOT NULL DEFAULT now(),
            UNIQUE (job_id, card_object_id)
        ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.2);
        CREATE INDEX controller_card_ready ON controller_card (job_id, place) WHERE state = 0;

        -- Apart from the card, whose row changes several times, and gone when the card is good.
        CREATE TABLE controller_payload (
            card_id bigint PRIMARY KEY,
            security_domain bytea NOT NULL,
            key_version smallint NOT NULL,
            script bytea NOT NULL,
            modules bytea NOT NULL
        );
        ALTER TABLE controller_payload ALTER COLUMN script SET STORAGE EXTERNAL, ALTER COLUMN modules SET STORAGE EXTERNAL;

        CREATE TABLE controller_claim (
            session_id uuid PRIMARY KEY,
            card_id bigint NOT NULL,
            attempt integer NOT NULL,
            waited interval NOT NULL,
            claimed_at timestamptz NOT NULL DEFAULT now(),
            verdict smallint,
            will_retry boolean NOT NULL DEFAULT false,
            is_wrong_cryptogram boolean NOT NULL DEFAULT false
        ) WITH (fillfactor = 80);
        CREATE UNIQUE INDEX controller_claim_one_open ON controller_claim (card_id) WHERE verdict IS NULL;
        CREATE UNIQUE INDEX controller_claim_one_good ON controller_claim (card_id) WHERE verdict = 0;

        CREATE TABLE controller_waiting (
            place text PRIMARY KEY,
            session_id uuid NOT NULL UNIQUE,
            pool text NOT NULL,
            turn bigint GENERATED ALWAYS AS IDENTITY
        );
        CREATE INDEX controller_waiting_turn ON controller_waiting (pool, turn);

        -- Gives a session the first card of the first job that may have one made; null when there is none. Cards that other sessions are
        -- being given at this moment are passed over. What follows is one look into an index for each job with ready cards, however many
        -- cards there are; a plan made when the table was empty would read all of it.
        CREATE FUNCTION controller_claim_next(p_session uuid, p_pool text) RETURNS bigint LANGUAGE plpgsql
            SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
        DECLARE
            v_job uuid;
            v_card bigint;
        BEGIN
            IF EXISTS (SELECT FROM controller_pool WHERE pool = p_pool AND is_stopped) THEN
                RETURN NULL;
            END IF;
            FOR v_job IN
                SELECT job_id FROM controller_job WHERE pool = p_pool AND has_ready AND control = 0 ORDER BY pool, priority DESC, place
            LOOP
                SELECT card_id INTO v_card FROM controller_card
                WHERE job_id = v_job AND state = 0 ORDER BY job_id, place LIMIT 1 FOR UPDATE SKIP LOCKED;
                IF FOUND THEN
                    WITH card AS (
                        UPDATE controller_card SET state = 1, attempt = attempt + 1 WHERE card_id = v_card RETURNING attempt, ready_since)
                    INSERT INTO controller_claim (session_id, card_id, attempt, waited)
                    SELECT p_session, v_card, attempt, greatest(clock_timestamp() - ready_since, '0') FROM card;
                    RETURN v_card;
                END IF;
            END LOOP;
            RETURN NULL;
        END $$;

        -- Gives a card to the session that has waited longest in a pool; null when nobody waits or nothing is ready.
        CREATE FUNCTION controller_serve(p_pool text) RETURNS uuid LANGUAGE plpgsql AS $$
        DECLARE
            v_session uuid;
        BEGIN
            LOOP
                SELECT session_id INTO v_session FROM controller_waiting
                WHERE pool = p_pool ORDER BY turn LIMIT 1 FOR UPDATE SKIP LOCKED;
                IF NOT FOUND THEN
                    RETURN NULL;
                END IF;
                IF EXISTS (SELECT FROM controller_claim WHERE session_id = v_session) THEN
                    DELETE FROM controller_waiting WHERE session_id = v_session;
                    CONTINUE;
                END IF;
                IF controller_claim_next(v_session, p_pool) IS NULL THEN
                    RETURN NULL;
                END IF;
                DELETE FROM controller_waiting WHERE session_id = v_session;
                RETURN v_session;
            END LOOP;
        END $$;

        -- Notes that a job will have ready cards when this transaction is committed. Whatever way it goes, the job's row stays locked
        -- against who would note now that it has none. Never a weaker lock first and then a stronger one: two would wait for each other.
        CREATE FUNCTION controller_expect_ready(p_job uuid) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            LOOP
                UPDATE controller_job SET has_ready = true WHERE job_id = p_job AND NOT has_ready;
                EXIT WHEN FOUND;
                PERFORM FROM controller_job WHERE job_id = p_job AND has_ready FOR SHARE;
                EXIT WHEN FOUND;
            END LOOP;
        END $$;

        CREATE FUNCTION controller_make_ready(p_job uuid, p_cards bigint[]) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM controller_expect_ready(p_job);
            UPDATE controller_card SET state = 0, place = nextval('controller_place'), ready_since = now() WHERE card_id = ANY (p_cards);
        END $$;

        -- Ends a session's claim; the same again when it has ended.
        CREATE FUNCTION controller_release(p_session uuid, p_verdict smallint, OUT will_retry boolean, OUT pool text) LANGUAGE plpgsql AS $$
        DECLARE
            v_claim controller_claim;
            v_card controller_card;
            v_job controller_job;
        BEGIN
            SELECT * INTO v_claim FROM controller_claim WHERE session_id = p_session FOR UPDATE;
            IF NOT FOUND THEN
                will_retry := false;
                RETURN;
            END IF;
            SELECT * INTO v_card FROM controller_card WHERE card_id = v_claim.card_id FOR UPDATE;
            SELECT * INTO v_job FROM controller_job WHERE job_id = v_card.job_id;
            pool := v_job.pool;
            will_retry := v_claim.will_retry;
            IF v_claim.verdict IS NOT NULL THEN
                RETURN;
            END IF;
            will_retry := p_verdict = 1 AND v_card.attempt - v_card.forgiven < v_job.max_attempts AND v_job.control <> 2;
            UPDATE controller_claim c SET verdict = p_verdict, will_retry = controller_release.will_retry WHERE session_id = p_session;
            IF will_retry THEN
                PERFORM controller_make_ready(v_card.job_id, ARRAY[v_card.card_id]);
                RETURN;
            END IF;
            UPDATE controller_card SET state = CASE p_verdict WHEN 0 THEN 2 WHEN 1 THEN 3 ELSE 4 END WHERE card_id = v_card.card_id;
            IF p_verdict = 0 THEN
                DELETE FROM controller_payload WHERE card_id = v_card.card_id;
            END IF;
        END $$;
        """), new Migration(2, "payloads under data keys, whole openings", """
        ALTER TABLE controller_payload ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN opening bytea;
        ALTER TABLE controller_job ADD COLUMN data_destroyed_at timestamptz;
        """), new Migration(3, "sessions that are over get no card", """
        -- Takes a session's place among those that wait, and its card, which goes back without an attempt. One that is over leaves a claim
        -- without a card (0) and with the verdict 3, none: who gives it a card at this moment is waited for, who comes later finds that.
        -- Returns the pool that has a card more, or null.
        CREATE FUNCTION controller_leave(p_session uuid, p_is_over boolean) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
            v_card bigint;
            v_job uuid;
        BEGIN
            DELETE FROM controller_waiting WHERE session_id = p_session;
            IF p_is_over THEN
                INSERT INTO controller_claim (session_id, card_id, attempt, waited, verdict) VALUES (p_session, 0, 0, '0', 3) ON CONFLICT DO NOTHING;
            END IF;
            DELETE FROM controller_claim WHERE session_id = p_session AND verdict IS NULL RETURNING card_id INTO v_card;
            IF v_card IS NULL THEN
                RETURN NULL;
            END IF;
            IF p_is_over THEN
                INSERT INTO controller_claim (session_id, card_id, attempt, waited, verdict) VALUES (p_session, 0, 0, '0', 3);
            END IF;
            UPDATE controller_card SET attempt = attempt - 1 WHERE card_id = v_card RETURNING job_id INTO v_job;
            PERFORM controller_make_ready(v_job, ARRAY[v_card]);
            RETURN (SELECT pool FROM controller_job WHERE job_id = v_job);
        END $$;
        """));
}
