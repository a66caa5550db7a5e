-- What `pcf-generator erase-tenant` and `retain` need. Whose a shared result is, and since when: of those from before,
-- nobody knows, and they are older than any.
ALTER TABLE shared_results ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
ALTER TABLE shared_results ADD COLUMN create_time TEXT NOT NULL DEFAULT '';
CREATE INDEX shared_results_by_tenant ON shared_results (tenant, create_time);

-- A build's rows by the build.
CREATE INDEX requests_by_build ON requests (build_id);
CREATE INDEX artifact_builds_by_build ON artifact_builds (build_id);

-- Files that no build points at any more, until they are deleted.
CREATE TABLE loose_artifacts (
    sha256 TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
