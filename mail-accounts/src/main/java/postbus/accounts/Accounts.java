package postbus.accounts;

import postbus.mail.EmailAddress;
import postbus.site.Site;

/** The accounts of a site. For any number of threads, which should be virtual ones. */
public interface Accounts extends AutoCloseable {

  /**
   * Whether somebody has this address; blind to the case of ASCII letters. It may block for as long
   * as the site allows, and no longer.
   */
  AccountAnswer find(EmailAddress address);

  /** Gives up what it holds open; whoever asks later hears {@link AccountAnswer.Away}. */
  @Override
  default void close() {}

  /** Those that a site names: its table of MySQL, or its file {@code accounts}, read live. */
  static Accounts of(Site site) {
    return site.accounts()
        .<Accounts>map(AccountDatabase::new)
        .orElseGet(() -> new AccountFile(site.folder()));
  }
}
