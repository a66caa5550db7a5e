-- A tenant sees its own builds only: pages are read from an index of each tenant's, and so are the builds that made a
-- file.
CREATE INDEX builds_by_tenant ON builds (tenant, id);
CREATE INDEX builds_by_tenant_and_state ON builds (tenant, state, id);

ALTER TABLE artifact_builds ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
UPDATE artifact_builds SET tenant = (SELECT tenant FROM builds WHERE id = build_id);
CREATE INDEX artifact_builds_by_tenant ON artifact_builds (sha256, tenant, build_id);

DROP TRIGGER add_artifact_builds;
CREATE TRIGGER add_artifact_builds AFTER UPDATE OF result ON builds WHEN NEW.result IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO artifact_builds (sha256, build_id, tenant)
    SELECT json_extract(value, '$.sha256'), NEW.id, NEW.tenant FROM json_each(NEW.result, '$.artifacts');
END;
