-- The W3C traceparent of the request that created a build, if its trace was recorded.
ALTER TABLE builds ADD COLUMN trace TEXT NOT NULL DEFAULT '';
