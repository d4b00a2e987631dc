package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import postbus.accounts.Account;
import postbus.accounts.AccountAnswer;
import postbus.mail.EmailAddress;

class AccountQuotasTest {
  private static final EmailAddress MARK = EmailAddress.of("mark@wikimedia.org");
  private static final OptionalLong SITE = OptionalLong.of(1000);

  @Test
  void theQuotaOfTheAccountComesFirst() {
    assertThat(of(account(OptionalLong.of(5000)))).hasValue(5000);
    assertThat(of(account(OptionalLong.of(0)))).hasValue(0);
  }

  @Test
  void whoHasNoneOfHisOwnHasTheSites() {
    assertThat(of(account(OptionalLong.empty()))).isEqualTo(SITE);
    assertThat(of(new AccountAnswer.Unknown())).isEqualTo(SITE);
  }

  @Test
  void whileNobodyKnowsTheMailboxSaysWhatHeldBefore() {
    assertThat(of(new AccountAnswer.Away("the database is down"))).isEmpty();
  }

  private static OptionalLong of(AccountAnswer answer) {
    return new AccountQuotas(_ -> answer, SITE).octetsMax(MARK);
  }

  private static AccountAnswer account(OptionalLong quota) {
    return new AccountAnswer.Found(new Account(MARK, Optional.empty(), quota, true));
  }
}
