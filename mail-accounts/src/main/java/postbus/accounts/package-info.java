/**
 * Who has a mailbox here, and by which password: the site's file of accounts, which Dovecot reads
 * too.
 */
@NullMarked
package postbus.accounts;

import org.jspecify.annotations.NullMarked;
