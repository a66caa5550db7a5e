-- What calls to language models cost, in whole micro-dollars. No row holds anything that was asked or answered.

-- One row for each call, from its reservation on. The day is the one it was reserved on, in UTC.
CREATE TABLE model_calls (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    build_id TEXT NOT NULL,
    day TEXT NOT NULL,
    reserve_time TEXT NOT NULL,
    reserved_micros INTEGER NOT NULL CHECK (reserved_micros >= 0),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'released', 'settled')),
    end_time TEXT,
    provider TEXT,
    model TEXT,
    purpose TEXT,
    outcome TEXT,
    input_tokens INTEGER CHECK (input_tokens >= 0),
    output_tokens INTEGER CHECK (output_tokens >= 0),
    cost_micros INTEGER CHECK (cost_micros >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX model_calls_by_build ON model_calls (build_id);
-- Those under way, and those that nobody will settle any more.
CREATE INDEX model_calls_reserved ON model_calls (tenant, day) WHERE state = 'reserved';

-- What counts against a tenant's cap of a day.
CREATE TABLE spending_days (
    tenant TEXT NOT NULL,
    day TEXT NOT NULL,
    reserved_micros INTEGER NOT NULL CHECK (reserved_micros >= 0),
    spent_micros INTEGER NOT NULL CHECK (spent_micros >= 0),
    PRIMARY KEY (tenant, day)
) STRICT, WITHOUT ROWID;

-- Settled calls, added up.
CREATE TABLE spending_by_model (
    tenant TEXT NOT NULL,
    day TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_micros INTEGER NOT NULL,
    PRIMARY KEY (tenant, day, provider, model)
) STRICT, WITHOUT ROWID;
