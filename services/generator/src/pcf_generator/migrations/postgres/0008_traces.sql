-- readable by: 1
--
-- The W3C traceparent of the request that created a build, if its trace was recorded.
ALTER TABLE builds ADD COLUMN trace text NOT NULL DEFAULT '';
