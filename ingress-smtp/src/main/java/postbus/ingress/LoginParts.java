package postbus.ingress;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import postbus.accounts.Accounts;
import postbus.site.LoginRules;
import postbus.site.LoginRules.Through;
import postbus.site.Site;

/** Makes, once per process, who knows the passwords. */
@ApplicationScoped
class LoginParts {

  @Produces
  @Singleton
  Logins logins(Site site) {
    LoginRules rules = site.login();
    return switch (rules.through()) {
      case Through.SiteAccounts() -> new AccountLogins(Accounts.of(site));
      case Through.Dovecot(Path socket) ->
          new DovecotLogins(socket, rules.answerWait(), rules.domain());
    };
  }

  void close(@Disposes Logins logins) {
    logins.close();
  }
}
