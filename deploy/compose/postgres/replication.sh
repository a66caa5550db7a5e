#!/bin/bash
# Run once by PostgreSQL's image, for the first database: whom standbys log in as, and from where.
set -euo pipefail
psql --username postgres --set=password="$(cat /run/secrets/replication)" <<'SQL'
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'password';
SQL
echo "host replication replication all scram-sha-256" >>"$PGDATA/pg_hba.conf"
