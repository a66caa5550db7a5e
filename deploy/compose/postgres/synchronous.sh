#!/bin/bash
# From now on a transaction is acknowledged when the standby has it on disk too.
set -euo pipefail
PGPASSWORD=$(cat /run/secrets/postgres)
export PGPASSWORD
psql --host=postgres --username=postgres --set=ON_ERROR_STOP=1 \
  --command="ALTER SYSTEM SET synchronous_standby_names = 'standby'" --command="SELECT pg_reload_conf()"
