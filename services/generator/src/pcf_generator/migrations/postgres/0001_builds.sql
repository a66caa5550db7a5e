-- readable by: 1
--
-- Builds are the queue: a row waits, is claimed under a lease, and ends. Ids are ULIDs, compared byte by byte.
--
-- The service itself works as a member of the group role pcf_generator, which may do what it needs and no more:
--     CREATE ROLE generator_1 LOGIN PASSWORD '…' IN ROLE pcf_generator;
-- Whoever runs this file owns the tables and needs CREATEROLE only where that role is not there yet.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pcf_generator') THEN
    CREATE ROLE pcf_generator NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this server was migrated at the same moment
  WHEN insufficient_privilege THEN
    RAISE insufficient_privilege USING MESSAGE = format(
      'there is no role pcf_generator and %I may not make it: let an administrator run '
      'CREATE ROLE pcf_generator NOLOGIN, then migrate again', current_user);
END
$$;

CREATE TABLE builds (
  id text COLLATE "C" PRIMARY KEY,
  actor text NOT NULL,
  request_id text NOT NULL,
  tenant text NOT NULL,
  prompt text NOT NULL,
  options json NOT NULL,
  state text NOT NULL,
  stage text,
  question json,
  answers json NOT NULL,
  problem json,
  result json,
  brain_release text NOT NULL,
  last_sequence integer NOT NULL,
  claims integer NOT NULL,
  lease_owner text,
  lease_until timestamptz,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  end_time timestamptz,
  CHECK (state IN ('queued', 'running', 'needs_input', 'succeeded', 'failed', 'cancelled')),
  CHECK ((state = 'running') = (lease_owner IS NOT NULL AND lease_until IS NOT NULL))
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- Pages of one state.
CREATE INDEX builds_by_state ON builds (state, id);
-- The queue and its length.
CREATE INDEX builds_waiting ON builds (id) WHERE state = 'queued';
-- Leases that ran out.
CREATE INDEX builds_leased ON builds (lease_until) WHERE state = 'running';

CREATE TABLE build_events (
  build_id text COLLATE "C" NOT NULL REFERENCES builds (id),
  sequence integer NOT NULL,
  event_time timestamptz NOT NULL,
  type text NOT NULL,
  state text NOT NULL,
  stage text,
  message text NOT NULL,
  duration_s double precision,
  PRIMARY KEY (build_id, sequence)
);

CREATE TABLE checkpoints (
  build_id text COLLATE "C" NOT NULL REFERENCES builds (id),
  stage text NOT NULL,
  input_hash text NOT NULL,
  content text NOT NULL,
  -- The lease it was stored under: the same result again under the same lease is a repetition.
  holder text NOT NULL,
  PRIMARY KEY (build_id, stage)
);

-- Results that follow from their input alone: the same specification is generated and packed once.
CREATE TABLE shared_results (
  input_hash text PRIMARY KEY,
  content text NOT NULL
);

-- Writes that were made, so that repeating one does nothing. A request is written down before its build is.
CREATE TABLE requests (
  request_id text PRIMARY KEY,
  fingerprint text NOT NULL,
  build_id text COLLATE "C" NOT NULL REFERENCES builds (id) DEFERRABLE INITIALLY DEFERRED
);

-- Audit entries on their way; written with what they tell of, removed once the audit log acknowledged them.
-- Positions of one build rise in the order of its entries, for whoever writes one holds the build's row.
CREATE TABLE outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id text COLLATE "C" NOT NULL UNIQUE,
  build_id text COLLATE "C" NOT NULL,
  event_time timestamptz NOT NULL,
  actor text NOT NULL,
  request_id text NOT NULL,
  tenant text NOT NULL,
  entry json NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Audit entries that the audit log refused for good: kept for the operators, out of the way of the others.
CREATE TABLE undeliverable (
  event_id text COLLATE "C" PRIMARY KEY,
  build_id text COLLATE "C" NOT NULL,
  event_time timestamptz NOT NULL,
  actor text NOT NULL,
  request_id text NOT NULL,
  tenant text NOT NULL,
  entry json NOT NULL,
  reason text NOT NULL,
  set_aside_time timestamptz NOT NULL
);

-- Whose turn it is to deliver the outbox: one row.
CREATE TABLE delivery (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  owner text NOT NULL,
  turn_ends timestamptz NOT NULL
);
INSERT INTO delivery (owner, turn_ends) VALUES ('', '-infinity');

GRANT SELECT ON generator_migrations TO pcf_generator;
GRANT SELECT, INSERT, UPDATE ON builds, checkpoints, shared_results TO pcf_generator;
GRANT SELECT, INSERT ON build_events, requests, undeliverable TO pcf_generator;
GRANT SELECT, INSERT, DELETE ON outbox TO pcf_generator;
GRANT SELECT, UPDATE ON delivery TO pcf_generator;
