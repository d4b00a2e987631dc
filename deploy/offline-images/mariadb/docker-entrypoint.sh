#!/usr/bin/env bash
# Makes the database at its first start, by the variables of MariaDB's image, then serves it:
# MARIADB_ROOT_PASSWORD, MARIADB_ROOT_HOST, MARIADB_DATABASE, MARIADB_USER, MARIADB_PASSWORD (or MYSQL_…; each
# also as …_FILE), MARIADB_ALLOW_EMPTY_ROOT_PASSWORD, and /docker-entrypoint-initdb.d with .sh, .sql and .sql.gz.
set -euo pipefail

data=/var/lib/mysql
socket=/run/mysqld/mysqld.sock
unfinished=$data/.first-start-unfinished

fail() { echo "docker-entrypoint.sh: $*" >&2; exit 1; }

# The value of MARIADB_<name> or MYSQL_<name>, or of the file that …_FILE names.
value_of() {
  local variable file
  for variable in "MARIADB_$1" "MYSQL_$1"; do
    file=${variable}_FILE
    if [ -n "${!variable:-}" ]; then printf '%s' "${!variable}"; return; fi
    if [ -n "${!file:-}" ]; then printf '%s' "$(< "${!file}")"; return; fi
  done
}

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")"; }

# For scripts: runs what it reads, as root.
docker_process_sql() { mariadb --socket="$socket" -uroot --password="${MARIADB_ROOT_PASSWORD:-}" "$@"; }

# Who may come in. Until now root could from here, without a password.
make_users() {
  local from database user password health host
  from=$(value_of ROOT_HOST) database=$(value_of DATABASE) user=$(value_of USER) password=$(value_of PASSWORD)
  health=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && printf '[mariadb-client]\nuser=healthcheck\npassword=%s\n' "$health" > "$data/.my-healthcheck.cnf")
  {
    echo "DELETE FROM mysql.global_priv WHERE User='root' AND Host<>'localhost'; FLUSH PRIVILEGES;"
    for host in localhost 127.0.0.1 ::1; do echo "CREATE USER healthcheck@'$host' IDENTIFIED BY '$health';"; done
    if [ "${from:=%}" != localhost ]; then
      echo "CREATE USER root@$(quoted "$from") IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");"
      echo "GRANT ALL ON *.* TO root@$(quoted "$from") WITH GRANT OPTION;"
    fi
    [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS \`$database\`;"
    [ -z "$user" ] || echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$password");"
    [ -z "$user" ] || [ -z "$database" ] || echo "GRANT ALL ON \`${database//_/\\_}\`.* TO $(quoted "$user")@'%';"
    echo "ALTER USER root@localhost IDENTIFIED BY $(quoted "$MARIADB_ROOT_PASSWORD");"
  } | mariadb --socket="$socket" -uroot
}

run_scripts() {
  local script database
  database=$(value_of DATABASE)
  for script in /docker-entrypoint-initdb.d/*; do
    [ -e "$script" ] || continue
    echo "docker-entrypoint.sh: $script"
    # shellcheck disable=SC1090  # whatever is mounted there
    case $script in
      *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
      *.sql) docker_process_sql ${database:+"$database"} < "$script" ;;
      *.sql.gz) gunzip -c "$script" | docker_process_sql ${database:+"$database"} ;;
      *) echo "docker-entrypoint.sh: nothing is done with $script" >&2 ;;
    esac
  done
}

first_start() {
  local server tenth
  MARIADB_ROOT_PASSWORD=$(value_of ROOT_PASSWORD)
  export MARIADB_ROOT_PASSWORD
  [ -n "$MARIADB_ROOT_PASSWORD" ] || [ -n "$(value_of ALLOW_EMPTY_ROOT_PASSWORD)" ] ||
    fail "MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE is needed"
  touch "$unfinished"
  mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db > /dev/null
  mariadbd --datadir="$data" --socket="$socket" --skip-networking &
  server=$!
  for ((tenth = 0; tenth < 300; tenth++)); do
    mariadb-admin --socket="$socket" -uroot ping > /dev/null 2>&1 && break
    sleep 0.1
  done
  make_users
  run_scripts
  kill "$server"
  wait "$server"
  rm "$unfinished"
}

case ${1:-mariadbd} in
  -*) set -- mariadbd "$@" ;;
  mariadbd | mysqld) ;;
  *) exec "$@" ;;
esac
if [ "$(id -u)" = 0 ]; then
  chown mysql:mysql "$data" /run/mysqld
  exec setpriv --reuid=mysql --regid=mysql --clear-groups "$0" "$@"
fi
[ ! -e "$unfinished" ] || fail "the first start was broken off; empty the volume $data and start again"
[ -d "$data/mysql" ] || first_start
shift
exec mariadbd --datadir="$data" --socket="$socket" "$@"
