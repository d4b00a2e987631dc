package postbus.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import postbus.accounts.AccountAnswer.Away;
import postbus.mail.EmailAddress;
import postbus.site.Database;

/**
 * The table of accounts on the site's MySQL servers, which are asked one after the other until one
 * answers. An error or silence from all of them is {@link Away}, never a no.
 *
 * <p>What they said is believed for the times that the site sets. It blocks at most the site's wait
 * for each server.
 */
final class AccountDatabase implements Accounts {
  /** Answers that are kept at the same time. */
  static final int KEPT_MAX = 10_000;

  /** Strangers hear it too: which server, and why, is for the log. */
  private static final Away SILENCE =
      new Away("the accounts do not say at this time whether they have the address");

  private final Database settings;
  private final AccountPools.Opened opened;
  private final List<AccountServer> servers;
  private final Cache<String, AccountAnswer> kept;
  private final AtomicBoolean closed = new AtomicBoolean();

  AccountDatabase(Database settings) {
    this.settings = settings;
    opened = AccountPools.open(settings);
    servers =
        settings.servers().stream()
            .map(host -> new AccountServer(opened.sessions(), settings, host))
            .toList();
    kept =
        Caffeine.newBuilder()
            .maximumSize(KEPT_MAX)
            .expireAfter(Expiry.writing((String _, AccountAnswer answer) -> believed(answer)))
            .build();
  }

  @Override
  public AccountAnswer find(EmailAddress address) {
    String key = address.key();
    if (key.endsWith(" ")) { // SQL would not see it: one account had many names.
      return new AccountAnswer.Unknown();
    }
    AccountAnswer before = kept.getIfPresent(key);
    if (before != null) {
      return before;
    }
    AccountAnswer answer = ask(key);
    if (believed(answer).isPositive()) {
      kept.put(key, answer);
    }
    return answer;
  }

  private AccountAnswer ask(String key) {
    if (closed.get()) {
      return SILENCE;
    }
    for (AccountServer server : servers) {
      AccountAnswer answer = server.find(key);
      if (!(answer instanceof Away)) {
        return answer;
      }
    }
    return SILENCE;
  }

  private Duration believed(AccountAnswer answer) {
    return switch (answer) {
      case AccountAnswer.Found _ -> settings.keep();
      case AccountAnswer.Unknown() -> settings.keepNegative();
      case Away _ -> Duration.ZERO;
    };
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      opened.close();
    }
  }
}
