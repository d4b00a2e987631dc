-- People with a mailbox. Addresses are in lower case: that is how Postbus and Dovecot look for them.
CREATE TABLE accounts (
  address VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  password VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT '{SCHEME}hash, as doveadm pw writes it; NULL: nobody can log in',
  quota_octets BIGINT NULL COMMENT '0: no limit; NULL: that of the site',
  may_log_in BOOLEAN NOT NULL DEFAULT TRUE COMMENT 'mail is delivered either way',
  CHECK (address = LOWER(address)),
  CHECK (quota_octets >= 0)
);

-- What Dovecot asks: deploy/dovecot/dovecot-sql.conf.ext.
CREATE VIEW dovecot_passwords AS
  SELECT address AS user, password, IF(may_log_in, NULL, 'y') AS nologin FROM accounts WHERE password IS NOT NULL;

CREATE VIEW dovecot_users AS
  SELECT address AS user, CONCAT('*:bytes=', quota_octets) AS quota_rule FROM accounts;
