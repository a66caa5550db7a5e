#!/bin/sh
# PostgreSQL's archive_command: archive.sh %p %f FOLDER. A segment is there whole or not at all, and is never replaced by another.
#
#   archive_mode = on, archive_timeout = 60s, archive_command = '/path/archive.sh %p %f /archive'
set -eu
segment=$1 name=$2 archive=$3
if [ -e "$archive/$name" ]; then
  # Asked again after a crash, it is the same; anything else is another server's.
  cmp -s "$segment" "$archive/$name" && exit 0
  echo "$archive/$name is there already, with other content" >&2
  exit 1
fi
cp "$segment" "$archive/$name.new"
sync "$archive/$name.new"
mv "$archive/$name.new" "$archive/$name"
sync "$archive"
