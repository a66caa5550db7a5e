-- Builds are the queue: a row waits, is claimed under a lease, and ends. Times are ISO 8601 in UTC.
CREATE TABLE builds (
    id TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL,
    stage TEXT,
    question TEXT,
    answers TEXT NOT NULL,
    problem TEXT,
    result TEXT,
    brain_release TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    claims INTEGER NOT NULL,
    lease_owner TEXT,
    lease_until TEXT,
    create_time TEXT NOT NULL,
    update_time TEXT NOT NULL,
    end_time TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX builds_by_state ON builds (state, id);
CREATE INDEX builds_leased ON builds (lease_until) WHERE state = 'running';

CREATE TABLE build_events (
    build_id TEXT NOT NULL REFERENCES builds (id),
    sequence INTEGER NOT NULL,
    event_time TEXT NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL,
    stage TEXT,
    message TEXT NOT NULL,
    duration_s REAL,
    PRIMARY KEY (build_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    build_id TEXT NOT NULL REFERENCES builds (id),
    stage TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (build_id, stage)
) STRICT, WITHOUT ROWID;

-- Results that follow from their input alone: the same specification is generated and packed once.
CREATE TABLE shared_results (
    input_hash TEXT PRIMARY KEY,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Writes that were made, so that repeating one does nothing.
CREATE TABLE requests (
    request_id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    build_id TEXT NOT NULL REFERENCES builds (id)
) STRICT, WITHOUT ROWID;

-- Audit entries on their way; written with what they tell of, removed once the audit log acknowledged them.
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    build_id TEXT NOT NULL,
    event_time TEXT NOT NULL,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    entry TEXT NOT NULL
) STRICT;
