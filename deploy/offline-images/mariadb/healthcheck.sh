#!/usr/bin/env bash
# Whether the database answers over TCP (not only while its first start is under way), and more as asked.
# usage: healthcheck.sh [--connect] [--innodb_initialized] …
set -euo pipefail
ask() { mariadb --defaults-file=/var/lib/mysql/.my-healthcheck.cnf --protocol=tcp -h 127.0.0.1 --skip-column-names -e "$1"; }

[ $# != 0 ] || set -- --connect
for check in "$@"; do
  case $check in
    --connect) ask 'select 1' ;;
    --innodb_initialized) [ "$(ask "select 1 from information_schema.ENGINES where engine='innodb' and support in ('YES', 'DEFAULT', 'ENABLED')")" = 1 ] ;;
    *) echo "healthcheck.sh: this stand-in knows --connect and --innodb_initialized, not $check" >&2; exit 1 ;;
  esac > /dev/null
done
