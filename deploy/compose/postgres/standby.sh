#!/bin/bash
# A standby of `postgres`: copies it once, then follows it.
set -euo pipefail
PGPASSWORD=$(cat /run/secrets/replication)
export PGPASSWORD
if [[ ! -e $PGDATA/PG_VERSION ]]; then
  pg_basebackup --host=postgres --username=replication --pgdata="$PGDATA" --checkpoint=fast --wal-method=stream --progress
fi
touch "$PGDATA/standby.signal"
chmod 0700 "$PGDATA"
exec postgres -cprimary_conninfo="host=postgres user=replication password=$PGPASSWORD application_name=standby" \
  -cwal_retrieve_retry_interval=1s
