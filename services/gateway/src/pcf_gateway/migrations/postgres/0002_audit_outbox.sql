-- readable by: 1
-- What the audit log is to be told of keys: written with the change it tells of, removed once the log has it.
CREATE TABLE gateway_outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id text COLLATE "C" NOT NULL UNIQUE,
  tenant   text COLLATE "C" NOT NULL,
  event    json NOT NULL
);

-- Events that the audit log refused for good: kept for the operators, out of the way of the others.
CREATE TABLE gateway_undeliverable (
  event_id       text COLLATE "C" PRIMARY KEY,
  tenant         text COLLATE "C" NOT NULL,
  event          json NOT NULL,
  reason         text NOT NULL,
  set_aside_time timestamptz NOT NULL
);

-- Which Idempotency-Key made which key: a secret is told once, so a repetition is refused and makes no second key.
CREATE TABLE gateway_key_requests (
  request_id text COLLATE "C" PRIMARY KEY,
  key_id     text COLLATE "C" NOT NULL
);

GRANT SELECT, INSERT, DELETE ON gateway_outbox TO pcf_gateway;
GRANT SELECT, INSERT ON gateway_undeliverable, gateway_key_requests TO pcf_gateway;
