#!/bin/sh
# Stops an Oracle database (shutdown immediate), then its listener.
# Exit code 0: both are down and the files are consistent. Anything else: no backup is made.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"

state=$(instance_state)
if [ "$state" = DOWN ]; then
  echo "instance $ORACLE_SID is down already"
else
  echo "instance $ORACLE_SID is $state: shutting down"
  # -L: don't ask again for a login that failed. The exit code is the ORA number's low byte.
  "$SQLPLUS" -S -L "/ as sysdba" @"$here/stop.sql" </dev/null
  state=$(instance_state)
  if [ "$state" != DOWN ]; then
    echo "instance $ORACLE_SID is still $state"
    exit 1
  fi
fi

# After the database, so that its sessions could end in peace. A listener that is down already is no failure.
if "$LSNRCTL" status "$LISTENER" >/dev/null; then
  "$LSNRCTL" stop "$LISTENER"
else
  echo "listener $LISTENER is down already"
fi
