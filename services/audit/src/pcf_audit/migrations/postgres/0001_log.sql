-- readable by: 1
-- Run by the owner, who also retires partitions and erases keys. The service's own login is a member of `pcf_audit`,
-- which may add and read, and nothing else:
--
--     CREATE ROLE audit_service LOGIN PASSWORD '…' IN ROLE pcf_audit;

DO $$
BEGIN
  CREATE ROLE pcf_audit NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;  -- roles belong to the whole server
  WHEN insufficient_privilege THEN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'pcf_audit') THEN
      RAISE EXCEPTION 'a superuser must create the group role first: CREATE ROLE pcf_audit NOLOGIN';
    END IF;
END $$;

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

-- `content` is the canonical JSON that the tree hashes. The columns behind leaf_hash repeat what an event is found by;
-- VerifyLog compares them. (Generated from the content they would parse it once for each: three times the work.)
CREATE TABLE audit_entries (
  idx       bigint NOT NULL CHECK (idx >= 0),
  content   text   NOT NULL,
  leaf_hash bytea  NOT NULL,
  event_id  text COLLATE "C" NOT NULL,
  tenant    text COLLATE "C" NOT NULL,
  build     text COLLATE "C" NOT NULL,
  actor     text COLLATE "C" NOT NULL,
  type      text COLLATE "C" NOT NULL,
  PRIMARY KEY (idx)
) PARTITION BY RANGE (idx);

-- Each ends in idx, so each gives its events in the log's order and a page begins anywhere at the same cost.
CREATE INDEX audit_entries_by_build ON audit_entries (build, idx);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, idx);
CREATE INDEX audit_entries_by_type ON audit_entries (type, idx);
-- A service is the actor of most events, and some types are rare: neither index alone would do.
CREATE INDEX audit_entries_by_actor_and_type ON audit_entries (actor, type, idx);
CREATE INDEX audit_entries_by_tenant ON audit_entries (tenant, idx);
CREATE INDEX audit_entries_by_tenant_and_type ON audit_entries (tenant, type, idx);

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- The roots of complete subtrees of 2^8, 2^16, 2^24 … events; those between are computed from what is below them.
CREATE TABLE audit_subtrees (
  level    smallint NOT NULL,
  position bigint   NOT NULL,
  hash     bytea    NOT NULL,
  PRIMARY KEY (level, position)
);

-- The state of the tree after each transaction, signed.
CREATE TABLE audit_heads (
  size        bigint NOT NULL PRIMARY KEY,
  first       bigint NOT NULL,
  root        bytea  NOT NULL,
  frontier    bytea  NOT NULL,
  note        text   NOT NULL,
  record_time bigint NOT NULL
);
COMMENT ON COLUMN audit_heads.first IS 'the size before, which is the index of the first event of the transaction';
COMMENT ON COLUMN audit_heads.frontier IS 'the roots of the complete subtrees of the tree, the largest first';
COMMENT ON COLUMN audit_heads.note IS 'C2SP checkpoint: size and root, signed';
COMMENT ON COLUMN audit_heads.record_time IS 'nanoseconds since 1970, UTC; never goes back';
CREATE INDEX audit_heads_by_record_time ON audit_heads (record_time, size);

-- What seals a tenant's personal data, itself sealed with the master key. To delete it is to erase that data.
CREATE TABLE audit_keys (
  tenant  text COLLATE "C" NOT NULL PRIMARY KEY,
  key_id  text COLLATE "C" NOT NULL UNIQUE,
  wrapped bytea NOT NULL
);

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON audit_subtrees
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_subtrees
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON audit_heads
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_heads
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
-- Not DELETE: that is how a tenant is erased, and only the owner may.
CREATE TRIGGER never_changed BEFORE UPDATE ON audit_keys
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_keys
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- Makes the partition `audit_entries_from_<first>` that holds this index, if it is not there; gives the first index
-- behind it. Partitions hold 2^20 events, whole subtrees, so that one can be dropped and the tree still be verified.
CREATE FUNCTION audit_add_partition(at bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  size   CONSTANT bigint := 1048576;
  first  CONSTANT bigint := at / size * size;
  behind CONSTANT bigint := first + size;
  name   CONSTANT text   := 'audit_entries_from_' || first;
BEGIN
  IF to_regclass('public.' || name) IS NOT NULL THEN
    RETURN behind;
  END IF;
  -- Attached and not made in place: that would lock out everybody who reads.
  EXECUTE format('CREATE TABLE %I (LIKE audit_entries INCLUDING CONSTRAINTS)', name);
  EXECUTE format('ALTER TABLE audit_entries ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, first, behind);
  -- Unique within the partition; that an id is new to the whole log is what the one writer looks up.
  EXECUTE format('CREATE UNIQUE INDEX ON %I (event_id)', name);
  EXECUTE format(
    'CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()',
    name
  );
  RETURN behind;
END $$;
REVOKE ALL ON FUNCTION audit_add_partition(bigint) FROM PUBLIC;
SELECT audit_add_partition(0);

GRANT SELECT, INSERT ON audit_entries, audit_subtrees, audit_heads, audit_keys TO pcf_audit;
GRANT SELECT ON audit_migrations TO pcf_audit;
GRANT EXECUTE ON FUNCTION audit_add_partition(bigint) TO pcf_audit;
