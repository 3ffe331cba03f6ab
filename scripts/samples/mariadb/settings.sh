# Values of this server. Read by the other scripts in this folder; a value that is set in the environment wins.
# The service that systemd starts and stops.
: "${MARIADB_SERVICE:=mariadb}"
: "${MARIADB_CLIENT:=mariadb}"
# User and password for the client, in MariaDB's own form ([client] user=.. password=..), readable by its owner only.
# With unix_socket authentication (Debian's default for root) it holds no password.
: "${MARIADB_OPTIONS:=/etc/saddlebag/mariadb.cnf}"
