package postbus.accounts;

import java.util.Optional;
import java.util.OptionalLong;
import postbus.mail.EmailAddress;

/**
 * Somebody who has a mailbox here.
 *
 * @param address in lower case
 * @param password empty: nobody can log in
 * @param quotaOctets of the mailbox; 0: it has no limit; empty: the site's counts
 * @param mayLogIn whether a right password is of use; mail is delivered either way
 */
public record Account(
    EmailAddress address,
    Optional<PasswordHash> password,
    OptionalLong quotaOctets,
    boolean mayLogIn) {}
