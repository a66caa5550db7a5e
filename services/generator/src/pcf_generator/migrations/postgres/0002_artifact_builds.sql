-- readable by: 1
--
-- Which builds made a file, by its SHA-256. A table that a trigger fills: versions that know nothing of it leave builds
-- that can be found all the same. An index over the results would have to sort and recheck every build that made the
-- file; this one gives the oldest in its order, and counts without looking at the builds.
CREATE TABLE artifact_builds (
  sha256 text COLLATE "C" NOT NULL,
  build_id text COLLATE "C" NOT NULL REFERENCES builds (id),
  PRIMARY KEY (sha256, build_id)
);

CREATE FUNCTION add_artifact_builds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO artifact_builds (sha256, build_id)
  SELECT artifact ->> 'sha256', NEW.id FROM json_array_elements(NEW.result -> 'artifacts') AS made (artifact)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER add_artifact_builds AFTER INSERT OR UPDATE OF result ON builds
  FOR EACH ROW WHEN (NEW.result IS NOT NULL) EXECUTE FUNCTION add_artifact_builds();

-- No more than who may store a build's result could do anyway.
GRANT SELECT, INSERT ON artifact_builds TO pcf_generator;
