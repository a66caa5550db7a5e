-- The log. `content` is the canonical JSON that the chain hashes, and the only place where an event is kept:
-- the other columns are computed from it, so that what a filter sees can never differ from what was hashed.
CREATE TABLE entries (
  idx           INTEGER PRIMARY KEY,
  content       TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  entry_hash    TEXT NOT NULL,
  event_id      TEXT GENERATED ALWAYS AS (content ->> '$.event_id') VIRTUAL NOT NULL,
  build         TEXT GENERATED ALWAYS AS (content ->> '$.build') VIRTUAL NOT NULL,
  actor         TEXT GENERATED ALWAYS AS (content ->> '$.actor') VIRTUAL NOT NULL,
  type          TEXT GENERATED ALWAYS AS (content ->> '$.type') VIRTUAL NOT NULL,
  record_time   TEXT GENERATED ALWAYS AS (content ->> '$.record_time') VIRTUAL NOT NULL
) STRICT;

CREATE UNIQUE INDEX entries_by_event_id ON entries (event_id);

-- Every index ends in idx by itself (it is the rowid), so each of these gives its events in the log's order
-- and a page begins anywhere at the same cost.
CREATE INDEX entries_by_build ON entries (build);
CREATE INDEX entries_by_actor ON entries (actor);
CREATE INDEX entries_by_type ON entries (type);
-- A service is the actor of most events, and some types are rare: neither index alone would do.
CREATE INDEX entries_by_actor_and_type ON entries (actor, type);
CREATE INDEX entries_by_record_time ON entries (record_time);

-- Where the log ends, kept apart from it: a chain alone does not show that its last events were cut off.
CREATE TABLE head (
  only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
  event_count INTEGER NOT NULL,
  entry_hash  TEXT NOT NULL,
  record_time TEXT NOT NULL
) STRICT;

INSERT INTO head VALUES (
  1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '1970-01-01T00:00:00.000000000Z'
);

-- These stop mistakes, not an intruder: whoever can write the file can drop them, and is found by the chain.
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER head_only_goes_forward BEFORE UPDATE ON head
WHEN NEW.event_count <= OLD.event_count OR NEW.record_time < OLD.record_time
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER head_is_never_deleted BEFORE DELETE ON head
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
