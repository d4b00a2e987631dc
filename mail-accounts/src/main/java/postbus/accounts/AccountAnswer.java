package postbus.accounts;

/** What is known of an address at this time. */
public sealed interface AccountAnswer {

  /** There is such an account. */
  record Found(Account account) implements AccountAnswer {}

  /** There is none. */
  record Unknown() implements AccountAnswer {}

  /**
   * It cannot be told now; nothing may be refused or bounced because of it.
   *
   * @param why in a few words, without names of hosts or files: strangers hear it too
   */
  record Away(String why) implements AccountAnswer {}
}
