#!/usr/bin/env bash
# Makes a data folder out of the newest backup that is old enough: restore.sh BACKUPS ARCHIVE DATA [TIME].
#
# With TIME (2026-05-01 09:30:00+00) everything that was committed by then is there and nothing later; without, all that was
# archived. Start PostgreSQL on DATA: it recovers, then takes writes. DATA must not be there.
set -euo pipefail
backups=${1:?say where the backups are} archive=${2:?say where the segments are} data=${3:?say where to} moment=${4:-}
[[ ! -e $data ]] || {
  echo "$data is there: move it away first, it may be needed still" >&2
  exit 1
}
[[ -z $moment || $moment =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?[+-][0-9]{2}(:?[0-9]{2})?$ ]] || {
  echo "$moment is no time such as 2026-05-01 09:30:00+00" >&2
  exit 1
}
chosen=
for backup in "$backups"/????????T??????Z; do
  [[ -d $backup ]] || continue
  # The name is the moment at which it began.
  name=$(basename "$backup")
  began="${name:0:4}-${name:4:2}-${name:6:2} ${name:9:2}:${name:11:2}:${name:13:2}+00"
  if [[ -z $moment || $(date --date="$began" +%s) -lt $(date --date="$moment" +%s) ]]; then chosen=$backup; fi
done
[[ -n $chosen ]] || {
  echo "no backup in $backups began before ${moment:-now}" >&2
  exit 1
}
pg_verifybackup --quiet "$chosen"
cp --archive "$chosen" "$data"
chmod 0700 "$data"
{
  echo "restore_command = 'cp \"$archive/%f\" \"%p\"'"
  echo "recovery_target_action = 'promote'"
  # The standby that was waited for is not there yet.
  echo "synchronous_standby_names = ''"
  [[ -z $moment ]] || echo "recovery_target_time = '$moment'"
} >>"$data/postgresql.auto.conf"
touch "$data/recovery.signal"
rm -f "$data/standby.signal"
echo "$data is made of $chosen; start PostgreSQL on it"
