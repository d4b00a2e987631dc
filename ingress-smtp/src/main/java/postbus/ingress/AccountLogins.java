package postbus.ingress;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.accounts.Account;
import postbus.accounts.AccountAnswer;
import postbus.accounts.Accounts;
import postbus.accounts.PasswordHash;
import postbus.mail.EmailAddress;

/**
 * Asks the accounts of the site. For somebody who has no password here, the password that was said
 * is compared with another's, so that it costs the same time to refuse him.
 */
final class AccountLogins implements Logins {
  private final Accounts accounts;
  private volatile @Nullable PasswordHash another;

  AccountLogins(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public LoginAnswer ask(LoginQuestion question) {
    byte[] password = question.credentials().password();
    return EmailAddress.parse(question.credentials().name())
        .map(address ->
            switch (accounts.find(address)) {
              case AccountAnswer.Found(Account account) -> compare(account, password);
              case AccountAnswer.Unknown _ -> nobody(password);
              case AccountAnswer.Away(String why) -> new LoginAnswer.Away(why);
            })
        .orElseGet(() -> nobody(password));
  }

  private LoginAnswer compare(Account account, byte[] password) {
    Optional<PasswordHash> hash = account.password();
    if (hash.isEmpty()) {
      return nobody(password);
    }
    if (hash.get().problem().isEmpty()) {
      another = hash.get();
    }
    return switch (hash.get().matches(password)) {
      case YES ->
          account.mayLogIn()
              ? new LoginAnswer.Welcome(account.address().toString())
              : new LoginAnswer.MayNotLogIn();
      case NO -> new LoginAnswer.WrongPassword();
      case AWAY ->
          new LoginAnswer.Away("the password of " + account.address() + " cannot be compared");
    };
  }

  private LoginAnswer nobody(byte[] password) {
    PasswordHash compared = another;
    return compared != null && compared.matches(password) == PasswordHash.Match.AWAY
        ? new LoginAnswer.Away("passwords cannot be compared")
        : new LoginAnswer.WrongPassword();
  }

  @Override
  public void close() {
    accounts.close();
  }
}
