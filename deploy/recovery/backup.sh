#!/usr/bin/env bash
# A base backup of the PostgreSQL at PGURL into a new folder of FOLDER, verified: backup.sh FOLDER. Prints where it is.
#
# With the segments that archive.sh keeps, restore.sh makes the database as it was at any moment since.
set -euo pipefail
: "${PGURL:?say which database: PGURL=postgresql://… of a role that may replicate}"
folder=${1:?say where to: backup.sh FOLDER}
name=$folder/$(date --utc +%Y%m%dT%H%M%SZ)
pg_basebackup --dbname="$PGURL" --pgdata="$name.new" --checkpoint=fast --wal-method=stream
pg_verifybackup --quiet "$name.new"
mv "$name.new" "$name"
echo "$name"
