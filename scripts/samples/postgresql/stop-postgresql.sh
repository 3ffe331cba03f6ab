#!/bin/sh
# Stops a PostgreSQL server cleanly (fast: open transactions are rolled back, sessions are closed).
# Exit code 0: it is down and its files need no recovery. Anything else: look at what it said; no backup is made.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"
cd /

if ! is_running; then
  echo "PostgreSQL on $PG_DATA is stopped already"
  exit 0
fi

# A checkpoint while users still work leaves less to do while they wait. It may fail without harm.
if [ -x "$PG_BIN/psql" ]; then
  as_owner "$PG_BIN/psql" -X -w -q -d postgres -f "$here/before-stop.sql" \
    || echo "the checkpoint before the stop did not succeed; the stop takes a little longer"
fi

as_owner "$PG_BIN/pg_ctl" stop -D "$PG_DATA" -m fast -w -t "$PG_SECONDS"
