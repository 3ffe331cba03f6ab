#!/bin/sh
# Starts the listener, then the Oracle database, and checks that it is open.
# Exit code 0: the database is open. Anything else: an operator is needed; the output says how far it got.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"

# A listener that doesn't start must not keep the database down.
listener=0
"$LSNRCTL" status "$LISTENER" >/dev/null || "$LSNRCTL" start "$LISTENER" || listener=$?

state=$(instance_state)
case $state in
  OPEN) echo "instance $ORACLE_SID is open already" ;;
  DOWN) "$SQLPLUS" -S -L "/ as sysdba" @"$here/start.sql" </dev/null ;;
  *)
    echo "instance $ORACLE_SID is $state: opening"
    "$SQLPLUS" -S -L "/ as sysdba" @"$here/open.sql" </dev/null
    ;;
esac

state=$(instance_state)
if [ "$state" != OPEN ]; then
  echo "instance $ORACLE_SID is $state, not OPEN: see alert_$ORACLE_SID.log"
  exit 1
fi
if [ "$listener" -ne 0 ]; then
  echo "the database is open, but listener $LISTENER did not start"
  exit "$listener"
fi
