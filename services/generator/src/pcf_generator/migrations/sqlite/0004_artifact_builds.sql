-- Which builds made a file, by its SHA-256: filled whenever a build gets its result, here for those that have one.
CREATE TABLE artifact_builds (
    sha256 TEXT NOT NULL,
    build_id TEXT NOT NULL REFERENCES builds (id),
    PRIMARY KEY (sha256, build_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER add_artifact_builds AFTER UPDATE OF result ON builds WHEN NEW.result IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO artifact_builds (sha256, build_id)
    SELECT json_extract(value, '$.sha256'), NEW.id FROM json_each(NEW.result, '$.artifacts');
END;

INSERT OR IGNORE INTO artifact_builds (sha256, build_id)
SELECT json_extract(value, '$.sha256'), builds.id FROM builds, json_each(builds.result, '$.artifacts');
