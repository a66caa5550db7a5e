-- A Merkle tree in place of the chain. What the chain holds is taken over into these tables when the file is opened
-- (sqlite_takeover.py), under its old contents: the two tables are gone then.
DROP TRIGGER IF EXISTS entries_are_never_changed;
DROP TRIGGER IF EXISTS entries_are_never_deleted;
DROP TRIGGER IF EXISTS head_only_goes_forward;
DROP TRIGGER IF EXISTS head_is_never_deleted;
DROP INDEX entries_by_event_id;
DROP INDEX entries_by_build;
DROP INDEX entries_by_actor;
DROP INDEX entries_by_type;
DROP INDEX entries_by_actor_and_type;
DROP INDEX entries_by_record_time;
ALTER TABLE entries RENAME TO chained_entries;
ALTER TABLE head RENAME TO chained_head;

-- `content` is the canonical JSON that the tree hashes, and the only place where an event is kept: the columns behind
-- leaf_hash are computed from it, so that what a filter sees can never differ from what was hashed.
CREATE TABLE entries (
  idx       INTEGER PRIMARY KEY,
  content   TEXT NOT NULL,
  leaf_hash BLOB NOT NULL,
  event_id  TEXT GENERATED ALWAYS AS (content ->> '$.event_id') VIRTUAL NOT NULL,
  tenant    TEXT GENERATED ALWAYS AS (coalesce(content ->> '$.tenant', 'default')) VIRTUAL NOT NULL,
  build     TEXT GENERATED ALWAYS AS (content ->> '$.build') VIRTUAL NOT NULL,
  actor     TEXT GENERATED ALWAYS AS (content ->> '$.actor') VIRTUAL NOT NULL,
  type      TEXT GENERATED ALWAYS AS (content ->> '$.type') VIRTUAL NOT NULL
) STRICT;

CREATE UNIQUE INDEX entries_by_event_id ON entries (event_id);

-- Every index ends in idx by itself (it is the rowid), so each of these gives its events in the log's order
-- and a page begins anywhere at the same cost.
CREATE INDEX entries_by_build ON entries (build);
CREATE INDEX entries_by_actor ON entries (actor);
CREATE INDEX entries_by_type ON entries (type);
-- A service is the actor of most events, and some types are rare: neither index alone would do.
CREATE INDEX entries_by_actor_and_type ON entries (actor, type);
CREATE INDEX entries_by_tenant ON entries (tenant);
CREATE INDEX entries_by_tenant_and_type ON entries (tenant, type);

-- The roots of complete subtrees of 2^8, 2^16, 2^24 … events; those between are computed from what is below them.
CREATE TABLE subtrees (
  level    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash     BLOB NOT NULL,
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

-- The state of the tree after each transaction, signed.
CREATE TABLE heads (
  size        INTEGER PRIMARY KEY,
  first       INTEGER NOT NULL, -- the size before, which is the index of the first event of the transaction
  root        BLOB NOT NULL,
  frontier    BLOB NOT NULL,    -- the roots of the complete subtrees of the tree, the largest first
  note        TEXT NOT NULL,    -- C2SP checkpoint: size and root, signed
  record_time INTEGER NOT NULL  -- nanoseconds since 1970, UTC; never goes back
) STRICT;

CREATE INDEX heads_by_record_time ON heads (record_time);

-- What seals a tenant's personal data, itself sealed with the master key. To delete it is to erase that data.
CREATE TABLE keys (
  tenant  TEXT NOT NULL PRIMARY KEY,
  key_id  TEXT NOT NULL UNIQUE,
  wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- These stop mistakes, not an intruder: whoever can write the file can drop them, and is found by the tree.
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER subtrees_are_never_changed BEFORE UPDATE ON subtrees
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER subtrees_are_never_deleted BEFORE DELETE ON subtrees
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER heads_are_never_changed BEFORE UPDATE ON heads
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER heads_are_never_deleted BEFORE DELETE ON heads
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- Not DELETE: that is how a tenant is erased.
CREATE TRIGGER keys_are_never_changed BEFORE UPDATE ON keys
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
