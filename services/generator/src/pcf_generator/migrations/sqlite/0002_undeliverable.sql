-- Audit entries that the audit log refused for good: kept for the operators, out of the way of the others.
CREATE TABLE undeliverable (
    event_id TEXT PRIMARY KEY,
    build_id TEXT NOT NULL,
    event_time TEXT NOT NULL,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    entry TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_aside_time TEXT NOT NULL
) STRICT, WITHOUT ROWID;
