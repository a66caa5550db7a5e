-- readable by: 1
--
-- A tenant sees its own builds only: pages are read from an index of each tenant's, and so are the builds that made a
-- file. Versions that know nothing of it go on as before: they read no new column, and the trigger fills it.
CREATE INDEX builds_by_tenant ON builds (tenant, id);
-- In one text: by (tenant, state, id) the planner would sort what it reads from the index above.
CREATE INDEX builds_by_tenant_and_state ON builds ((tenant || '/' || state), id);

ALTER TABLE artifact_builds ADD COLUMN tenant text NOT NULL DEFAULT 'default';

CREATE OR REPLACE FUNCTION add_artifact_builds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO artifact_builds (sha256, build_id, tenant)
  SELECT artifact ->> 'sha256', NEW.id, NEW.tenant FROM json_array_elements(NEW.result -> 'artifacts') AS made (artifact)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

UPDATE artifact_builds SET tenant = builds.tenant FROM builds WHERE id = build_id AND builds.tenant <> 'default';
CREATE INDEX artifact_builds_by_tenant ON artifact_builds (sha256, tenant, build_id);
