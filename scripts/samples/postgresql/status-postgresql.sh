#!/bin/sh
# Exit code 0: the server runs, 3: it is stopped, 4: that can't be told.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"
cd /

code=0
is_running || code=$?
exit "$code"
