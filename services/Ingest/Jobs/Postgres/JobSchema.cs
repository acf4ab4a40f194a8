using PersoMesh.Postgres;

namespace PersoMesh.Ingest.Jobs;

/// <summary>The job accounts' tables. The counts of a job are kept by the database itself, with every change of a line.</summary>
static class JobSchema
{
    /// <summary>States of <c>ingest_card</c> are the numbers of <see cref="CardState"/>.</summary>
    public static MigrationSet Migrations { get; } = new("ingest", new Migration(1, "jobs, lines, submissions, chunks to hand on", """
        CREATE TABLE ingest_job (
            job_id uuid PRIMARY KEY,
            name text NOT NULL UNIQUE,
            profile text NOT NULL,
            pool text NOT NULL,
            priority integer NOT NULL,
            max_attempts integer NOT NULL,
            control smallint NOT NULL DEFAULT 0,
            control_version integer NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL DEFAULT now(),
            records bigint NOT NULL DEFAULT 0,
            preparing bigint NOT NULL DEFAULT 0,
            ready bigint NOT NULL DEFAULT 0,
            good bigint NOT NULL DEFAULT 0,
            rejected bigint NOT NULL DEFAULT 0,
            unresolved bigint NOT NULL DEFAULT 0,
            refused bigint NOT NULL DEFAULT 0,
            cancelled bigint NOT NULL DEFAULT 0,
            spoiled bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 20);

        CREATE TABLE ingest_pool (pool text PRIMARY KEY, stopped text);

        CREATE TABLE ingest_card (
            job_id uuid NOT NULL,
            record_number bigint NOT NULL,
            card_object_id text,
            is_accepted boolean NOT NULL,
            state smallint NOT NULL,
            serial text,
            station text,
            reader text,
            started timestamptz,
            duration_ms double precision,
            apdus integer NOT NULL DEFAULT 0,
            attempts integer NOT NULL DEFAULT 0,
            field text,
            reason text,
            PRIMARY KEY (job_id, record_number)
        ) WITH (fillfactor = 70);
        CREATE UNIQUE INDEX ingest_card_identifier ON ingest_card (card_object_id) WHERE is_accepted;

        CREATE TABLE ingest_submission (
            submission_id uuid PRIMARY KEY,
            job_id uuid NOT NULL,
            records bigint NOT NULL DEFAULT 0,
            accepted bigint NOT NULL DEFAULT 0,
            is_complete boolean NOT NULL DEFAULT false,
            read_until timestamptz
        );
        CREATE INDEX ingest_submission_open ON ingest_submission (job_id) WHERE NOT is_complete;

        CREATE TABLE ingest_chunk (
            chunk_id uuid PRIMARY KEY,
            due_at timestamptz NOT NULL DEFAULT now(),
            message bytea NOT NULL
        );
        ALTER TABLE ingest_chunk ALTER COLUMN message SET STORAGE EXTERNAL;

        CREATE FUNCTION ingest_spoiled(state smallint, attempts integer) RETURNS integer LANGUAGE sql IMMUTABLE
            RETURN attempts - CASE state WHEN 2 THEN 1 ELSE 0 END;

        CREATE FUNCTION ingest_count_new() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE ingest_job j SET preparing = preparing + c.in_preparation, refused = refused + c.in_refusal
            FROM (SELECT job_id, count(*) FILTER (WHERE state = 0) AS in_preparation, count(*) FILTER (WHERE state = 5) AS in_refusal
                FROM new_cards GROUP BY job_id) c
            WHERE j.job_id = c.job_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER ingest_card_new AFTER INSERT ON ingest_card
            REFERENCING NEW TABLE AS new_cards FOR EACH STATEMENT EXECUTE FUNCTION ingest_count_new();

        CREATE FUNCTION ingest_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE ingest_job j SET preparing = preparing + c.s0, ready = ready + c.s1, good = good + c.s2, rejected = rejected + c.s3,
                unresolved = unresolved + c.s4, refused = refused + c.s5, cancelled = cancelled + c.s6, spoiled = spoiled + c.sp
            FROM (SELECT job_id,
                    coalesce(sum(n) FILTER (WHERE state = 0), 0) AS s0, coalesce(sum(n) FILTER (WHERE state = 1), 0) AS s1,
                    coalesce(sum(n) FILTER (WHERE state = 2), 0) AS s2, coalesce(sum(n) FILTER (WHERE state = 3), 0) AS s3,
                    coalesce(sum(n) FILTER (WHERE state = 4), 0) AS s4, coalesce(sum(n) FILTER (WHERE state = 5), 0) AS s5,
                    coalesce(sum(n) FILTER (WHERE state = 6), 0) AS s6, coalesce(sum(n * ingest_spoiled(state, attempts)), 0) AS sp
                FROM (SELECT job_id, state, attempts, 1 AS n FROM new_cards UNION ALL SELECT job_id, state, attempts, -1 FROM old_cards) both_ways
                GROUP BY job_id) c
            WHERE j.job_id = c.job_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER ingest_card_changed AFTER UPDATE ON ingest_card
            REFERENCING OLD TABLE AS old_cards NEW TABLE AS new_cards FOR EACH STATEMENT EXECUTE FUNCTION ingest_count_changed();
        """), new Migration(2, "how long card data are kept", """
        ALTER TABLE ingest_job ADD COLUMN retention_days integer NOT NULL DEFAULT 30, ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
            ADD COLUMN data_destroyed_at timestamptz;

        CREATE OR REPLACE FUNCTION ingest_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE ingest_job j SET preparing = preparing + c.s0, ready = ready + c.s1, good = good + c.s2, rejected = rejected + c.s3,
                unresolved = unresolved + c.s4, refused = refused + c.s5, cancelled = cancelled + c.s6, spoiled = spoiled + c.sp, changed_at = now()
            FROM (SELECT job_id,
                    coalesce(sum(n) FILTER (WHERE state = 0), 0) AS s0, coalesce(sum(n) FILTER (WHERE state = 1), 0) AS s1,
                    coalesce(sum(n) FILTER (WHERE state = 2), 0) AS s2, coalesce(sum(n) FILTER (WHERE state = 3), 0) AS s3,
                    coalesce(sum(n) FILTER (WHERE state = 4), 0) AS s4, coalesce(sum(n) FILTER (WHERE state = 5), 0) AS s5,
                    coalesce(sum(n) FILTER (WHERE state = 6), 0) AS s6, coalesce(sum(n * ingest_spoiled(state, attempts)), 0) AS sp
                FROM (SELECT job_id, state, attempts, 1 AS n FROM new_cards UNION ALL SELECT job_id, state, attempts, -1 FROM old_cards) both_ways
                GROUP BY job_id) c
            WHERE j.job_id = c.job_id;
            RETURN NULL;
        END $$;
        """));
}
