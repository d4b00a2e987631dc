package postbus.imap;

import java.util.OptionalLong;
import postbus.accounts.AccountAnswer;
import postbus.accounts.Accounts;
import postbus.mail.EmailAddress;

/**
 * The quota of an account, or the site's for all that have none of their own. While accounts cannot
 * be asked, mailboxes say it themselves: they remember what held before.
 *
 * @param otherwise the site's
 */
record AccountQuotas(Accounts accounts, OptionalLong otherwise) implements Quotas {

  @Override
  public OptionalLong octetsMax(EmailAddress mailbox) {
    return switch (accounts.find(mailbox)) {
      case AccountAnswer.Found(var account) when account.quotaOctets().isPresent() ->
          account.quotaOctets();
      case AccountAnswer.Found _, AccountAnswer.Unknown _ -> otherwise;
      case AccountAnswer.Away _ -> OptionalLong.empty();
    };
  }
}
