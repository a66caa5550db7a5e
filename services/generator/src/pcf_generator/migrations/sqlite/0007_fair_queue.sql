-- The queue is shared fairly between tenants: which of them wait, and when each had its last turn, in claims.
CREATE INDEX builds_queued ON builds (tenant, id) WHERE state = 'queued';
CREATE TABLE queue_turns (
    tenant TEXT PRIMARY KEY,
    served INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
