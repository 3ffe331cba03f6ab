# Values of this application. Read by the other scripts in this folder; a value that is set in the environment wins.
: "${APP_SERVICE:=inventory}"
: "${APP_DATABASE:=/var/lib/inventory/inventory.db}"
: "${SQLITE3:=sqlite3}"
