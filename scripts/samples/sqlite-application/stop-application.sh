#!/bin/sh
# Stops an application that keeps its data in SQLite, and merges the write-ahead log into the database file.
# Exit code 0: the application is down and the one file is the whole database.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"

# Does nothing when it is stopped already.
systemctl stop "$APP_SERVICE"

# 0|..|.. is success; 1|..|.. means that somebody is reading or writing still.
answer=$("$SQLITE3" -batch -readonly "$APP_DATABASE" "SELECT 1" >/dev/null \
  && "$SQLITE3" -batch -bail "$APP_DATABASE" < "$here/checkpoint.sql")
echo "checkpoint: $answer"
case $answer in
  0\|*) ;;
  *)
    echo "$APP_DATABASE is still in use"
    exit 1
    ;;
esac
