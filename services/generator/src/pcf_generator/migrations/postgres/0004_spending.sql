-- readable by: 1
--
-- What calls to language models cost, in whole micro-dollars. No row holds anything that was asked or answered.

-- One row for each call, from its reservation on. Of days gone by only the spending of a build is read from it: whoever
-- owns the tables may delete them once they are old enough, the sums below stay.
CREATE TABLE model_calls (
  id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  build_id text COLLATE "C" NOT NULL,
  -- The day in UTC on which it was reserved: it counts there whenever it ends.
  day date NOT NULL,
  reserve_time timestamptz NOT NULL,
  reserved_micros bigint NOT NULL CHECK (reserved_micros >= 0),
  state text NOT NULL CHECK (state IN ('reserved', 'released', 'settled')),
  end_time timestamptz,
  provider text,
  model text,
  purpose text,
  outcome text CHECK (outcome IN ('answered', 'failed', 'cancelled')),
  input_tokens bigint CHECK (input_tokens >= 0),
  output_tokens bigint CHECK (output_tokens >= 0),
  cost_micros bigint CHECK (cost_micros >= 0),
  CHECK ((state = 'reserved') = (end_time IS NULL)),
  CHECK (num_nulls(provider, model, purpose, outcome, input_tokens, output_tokens, cost_micros)
    = CASE state WHEN 'settled' THEN 0 ELSE 7 END)
) WITH (fillfactor = 80);

CREATE INDEX model_calls_by_build ON model_calls (build_id);
-- Those under way, and those that nobody will settle any more.
CREATE INDEX model_calls_reserved ON model_calls (tenant, day) WHERE state = 'reserved';

-- What counts against a tenant's cap of a day. Whoever reserves holds this row: that is what makes the cap hold.
CREATE TABLE spending_days (
  tenant text COLLATE "C" NOT NULL,
  day date NOT NULL,
  reserved_micros bigint NOT NULL CHECK (reserved_micros >= 0),
  spent_micros bigint NOT NULL CHECK (spent_micros >= 0),
  PRIMARY KEY (tenant, day)
) WITH (fillfactor = 50);

-- Settled calls, added up.
CREATE TABLE spending_by_model (
  tenant text COLLATE "C" NOT NULL,
  day date NOT NULL,
  provider text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  calls bigint NOT NULL,
  failed bigint NOT NULL,
  cancelled bigint NOT NULL,
  input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  cost_micros bigint NOT NULL,
  PRIMARY KEY (tenant, day, provider, model)
) WITH (fillfactor = 50);

-- What was reserved, for whom and when, cannot be changed, and nothing can be deleted.
GRANT SELECT, INSERT ON model_calls, spending_days, spending_by_model TO pcf_generator;
GRANT UPDATE (state, end_time, provider, model, purpose, outcome, input_tokens, output_tokens, cost_micros)
  ON model_calls TO pcf_generator;
GRANT UPDATE (reserved_micros, spent_micros) ON spending_days TO pcf_generator;
GRANT UPDATE (calls, failed, cancelled, input_tokens, output_tokens, cost_micros)
  ON spending_by_model TO pcf_generator;
