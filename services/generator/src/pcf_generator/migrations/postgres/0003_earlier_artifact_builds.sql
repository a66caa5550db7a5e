-- readable by: 1
--
-- The builds that had ended before the trigger was there. A step of its own: the trigger's holds up all writers until
-- it is committed, and this one, which may take a while, holds up nobody.
INSERT INTO artifact_builds (sha256, build_id)
SELECT artifact ->> 'sha256', id FROM builds, json_array_elements(result -> 'artifacts') AS made (artifact)
ON CONFLICT DO NOTHING;
