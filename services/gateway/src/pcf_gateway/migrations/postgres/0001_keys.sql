-- readable by: 1
-- Run by the owner. The gateway's own login is a member of `pcf_gateway`:
--
--     CREATE ROLE gateway_service LOGIN PASSWORD '…' IN ROLE pcf_gateway;

DO $$
BEGIN
  CREATE ROLE pcf_gateway NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;  -- roles belong to the whole server
  WHEN insufficient_privilege THEN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'pcf_gateway') THEN
      RAISE EXCEPTION 'a superuser must create the group role first: CREATE ROLE pcf_gateway NOLOGIN';
    END IF;
END $$;

-- `digest` is HMAC-SHA-256 of the key's id and secret; the secret itself is nowhere.
CREATE TABLE gateway_keys (
  key_id        text COLLATE "C" PRIMARY KEY,
  tenant        text COLLATE "C" NOT NULL,
  name          text NOT NULL,
  scopes        text NOT NULL,
  digest        bytea NOT NULL CHECK (length(digest) = 32),
  create_time   timestamptz NOT NULL,
  created_by    text NOT NULL,
  expire_time   timestamptz,
  revoke_time   timestamptz,
  last_use_time timestamptz
);
CREATE INDEX gateway_keys_of_tenant ON gateway_keys (tenant, key_id DESC);

-- Keys are revoked and never deleted: what they did stays in the audit log under their names.
GRANT SELECT, INSERT ON gateway_keys TO pcf_gateway;
GRANT UPDATE (expire_time, revoke_time, last_use_time) ON gateway_keys TO pcf_gateway;
GRANT SELECT ON gateway_migrations TO pcf_gateway;
