#!/usr/bin/env bash
# Makes the database, or what an update changed in it, then serves.
set -euo pipefail
if [ -z "${ROUNDCUBEMAIL_DES_KEY:-}${ROUNDCUBEMAIL_DES_KEY_FILE:-}" ]; then
  ROUNDCUBEMAIL_DES_KEY=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
  export ROUNDCUBEMAIL_DES_KEY
fi
install -d -o www-data -g www-data /var/roundcube/db /tmp/roundcube-temp
as_owner=(setpriv --reuid=www-data --regid=www-data --clear-groups php)
database=/var/roundcube/db/sqlite.db sql=/usr/share/roundcube/SQL
if [ -s "$database" ]; then
  "${as_owner[@]}" /usr/share/roundcube/bin/updatedb.sh --package=roundcube --dir="$sql"
else
  # shellcheck disable=SC2016  # PHP's variables
  "${as_owner[@]}" -r '(new PDO("sqlite:$argv[1]"))->exec(file_get_contents("$argv[2]/sqlite.initial.sql"));' "$database" "$sql"
fi
export APACHE_LOCK_DIR=/tmp APACHE_RUN_DIR=/var/run/apache2 APACHE_PID_FILE=/var/run/apache2/apache2.pid \
  APACHE_RUN_USER=www-data APACHE_RUN_GROUP=www-data APACHE_LOG_DIR=/var/log/apache2
mkdir -p "$APACHE_RUN_DIR"
exec "$@"
