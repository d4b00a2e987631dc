package postbus.accounts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import postbus.mail.EmailAddress;
import postbus.site.Database;

/**
 * The accounts of a site as an operator changes them. Each change is whole and durable when its
 * method returns; what is not possible now is an {@link IOException} whose text says why.
 */
public interface AccountBook extends AutoCloseable {

  /** All of them, in the order in which they are kept. */
  List<Account> list() throws IOException;

  /** Whether there is such an account. */
  boolean has(EmailAddress address) throws IOException;

  /**
   * Makes an account.
   *
   * @param hash of its password, as {@link PasswordHash#make} has it
   * @param quotaOctets 0 for no limit; empty: the site's
   * @return false if there is one already, which stays as it is
   */
  boolean add(EmailAddress address, String hash, OptionalLong quotaOctets) throws IOException;

  /** Gives it another password. @return false if there is no such account, as with all changes */
  boolean password(EmailAddress address, String hash) throws IOException;

  /** Sets its quota. @param octets 0 for no limit; empty: the site's */
  boolean quota(EmailAddress address, OptionalLong octets) throws IOException;

  /** Says whether a right password lets it in. */
  boolean logIn(EmailAddress address, boolean may) throws IOException;

  /** Removes it; its mailbox stays where it is. */
  boolean remove(EmailAddress address) throws IOException;

  @Override
  default void close() {}

  /**
   * That of a site.
   *
   * @param database where its table is; empty: its file {@code accounts} counts
   */
  static AccountBook of(Path folder, Optional<Database> database) {
    return database.<AccountBook>map(AccountTable::new).orElseGet(() -> new PasswdBook(folder));
  }
}
