#!/bin/sh
# Starts a MariaDB server and asks it something. Exit code 0: it answers.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"

# Returns when the server has told systemd that it is ready; does nothing when it runs already.
systemctl start "$MARIADB_SERVICE"
"$MARIADB_CLIENT" --defaults-file="$MARIADB_OPTIONS" --batch < "$here/verify.sql"
