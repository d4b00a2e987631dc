# shellcheck shell=bash
# Read by the entry point of MariaDB's image when its folder is still empty: databases, and who may do what in them.
# The table of accounts is not made here but by `account migrate`, at each start.
password() { head -n 1 "/run/postbus/$1"; }

mariadb --user=root --password="$MARIADB_ROOT_PASSWORD" <<SQL
-- The addresses of OTRS's queues, as far as the router asks about them. Where there is an OTRS, postbus.yaml names its servers.
CREATE DATABASE otrs CHARACTER SET utf8mb4;
CREATE TABLE otrs.system_address (
  id SMALLINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  value0 VARCHAR(200) NOT NULL,
  value1 VARCHAR(200) NOT NULL
);
INSERT INTO otrs.system_address (value0, value1) VALUES ('info@wikimedia.org', 'Wikimedia');
CREATE USER exim@'%' IDENTIFIED BY '$(password exim)';
GRANT SELECT ON otrs.system_address TO exim@'%';

CREATE DATABASE postbus CHARACTER SET utf8mb4;
CREATE USER postbus@'%' IDENTIFIED BY '$(password postbus)';
GRANT SELECT ON postbus.* TO postbus@'%';
CREATE USER postbus_admin@'%' IDENTIFIED BY '$(password postbus_admin)';
GRANT ALL ON postbus.* TO postbus_admin@'%';
CREATE USER dovecot@'%' IDENTIFIED BY '$(password dovecot)';
GRANT SELECT ON postbus.* TO dovecot@'%';
SQL
