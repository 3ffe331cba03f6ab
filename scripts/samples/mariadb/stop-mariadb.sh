#!/bin/sh
# Stops a MariaDB server cleanly. Exit code 0: it is down. Anything else: no backup is made.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"

if ! systemctl is-active --quiet "$MARIADB_SERVICE"; then
  echo "$MARIADB_SERVICE is stopped already"
  exit 0
fi

# Makes the shutdown itself short and complete. It may fail without harm to the database, but then the files might need
# recovery after a restore, so it is said.
"$MARIADB_CLIENT" --defaults-file="$MARIADB_OPTIONS" --batch < "$here/before-stop.sql" \
  || echo "the preparation of the stop did not succeed"

systemctl stop "$MARIADB_SERVICE"

if systemctl is-active --quiet "$MARIADB_SERVICE"; then
  echo "$MARIADB_SERVICE still runs"
  exit 1
fi
# systemctl stop succeeds even when the server had to be killed.
result=$(systemctl show --property=Result --value "$MARIADB_SERVICE")
if [ "$result" != success ]; then
  echo "$MARIADB_SERVICE is down, but did not end by itself: $result"
  exit 1
fi
