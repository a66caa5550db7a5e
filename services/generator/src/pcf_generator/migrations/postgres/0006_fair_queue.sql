-- readable by: 1
--
-- The queue is shared fairly between tenants. Which tenants wait, and with which build, is read from an index of each
-- tenant's; it also serves what the one before it served: the length of the queue.
CREATE INDEX builds_queued ON builds (tenant, id) WHERE state = 'queued';
DROP INDEX builds_waiting;

-- When each tenant had its last turn, in claims, not in time: a turn is the number of the claim that took it.
-- Versions that know nothing of it go on as before: they claim by age, and the trigger adds the tenants they let in.
CREATE SEQUENCE queue_turn;
CREATE TABLE queue_turns (
  tenant text PRIMARY KEY,
  served bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE FUNCTION add_queue_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Looked for first, so that only a tenant's first build writes.
  IF NOT EXISTS (SELECT FROM queue_turns WHERE tenant = NEW.tenant) THEN
    INSERT INTO queue_turns (tenant) VALUES (NEW.tenant) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER add_queue_turn AFTER INSERT ON builds FOR EACH ROW EXECUTE FUNCTION add_queue_turn();
INSERT INTO queue_turns (tenant) SELECT DISTINCT tenant FROM builds ON CONFLICT DO NOTHING;

GRANT SELECT, INSERT, UPDATE ON queue_turns TO pcf_generator;
GRANT USAGE, SELECT ON SEQUENCE queue_turn TO pcf_generator;
