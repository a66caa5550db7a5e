#!/bin/bash
# What the real image's entrypoint does, in short: the first time makes a database and runs what lies in a folder.
set -euo pipefail
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  read -ra options <<<"${POSTGRES_INITDB_ARGS:-}"
  initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust "${options[@]}" >/dev/null
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl --wait --silent --options="${*:2} -clisten_addresses= -cunix_socket_directories=/tmp" start
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) bash "$file" ;;
      *.sql) psql --quiet --username=postgres --set=ON_ERROR_STOP=1 --file="$file" ;;
    esac
  done
  pg_ctl --wait --silent --mode=fast stop
fi
exec "$@" -clisten_addresses='*' -cunix_socket_directories=/tmp
