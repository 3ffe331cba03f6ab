# Values of this server. Read by the other scripts in this folder; a value that is set in the environment wins.
: "${PG_BIN:=/usr/lib/postgresql/17/bin}"
: "${PG_DATA:=/var/lib/postgresql/17/main}"
# The server's early output. The server's user must be able to write it.
: "${PG_LOG:=$PG_DATA/saddlebag-start.log}"
# The operating system's user that owns the server; used when the script runs as root.
: "${PG_USER:=postgres}"
: "${PG_GROUP:=$PG_USER}"
# Below the 5 minutes after which the script would be ended, so that pg_ctl itself says what went wrong.
: "${PG_SECONDS:=240}"

# Runs a program as the server's user: PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid="$PG_USER" --regid="$PG_GROUP" --clear-groups -- "$@"
  else
    "$@"
  fi
}

# Exit code 0: a server runs on the data directory, 3: none does.
is_running() {
  as_owner "$PG_BIN/pg_ctl" status -D "$PG_DATA" >/dev/null
}
