#!/bin/sh
# Starts a PostgreSQL server and waits until it accepts connections.
# Exit code 0: it is open. Anything else: it is down; the end of its log is printed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"
cd /

if is_running; then
  echo "PostgreSQL on $PG_DATA runs already"
  exit 0
fi

code=0
as_owner "$PG_BIN/pg_ctl" start -D "$PG_DATA" -l "$PG_LOG" -w -t "$PG_SECONDS" || code=$?
if [ "$code" -ne 0 ]; then
  echo "PostgreSQL on $PG_DATA did not start (exit code $code). The end of $PG_LOG:"
  tail -n 20 "$PG_LOG" || true
  exit "$code"
fi
