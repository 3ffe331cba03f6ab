#!/bin/sh
# Starts the application again. Exit code 0: it runs.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/settings.sh"

systemctl start "$APP_SERVICE"
systemctl is-active "$APP_SERVICE"
