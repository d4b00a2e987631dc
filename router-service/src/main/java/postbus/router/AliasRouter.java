package postbus.router;

import java.util.List;
import org.jboss.logging.Logger;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.site.LiveFiles;
import postbus.site.alias.AliasTargets;
import postbus.site.alias.Includes;
import postbus.site.alias.Target;

/**
 * Alias files: {@code aliases/DOMAIN} of the site, read live. Targets without a domain belong to
 * the same domain. A right-hand side that cannot be understood defers, and is logged.
 */
final class AliasRouter implements AddressRouter {
  private static final Logger LOG = Logger.getLogger(AliasRouter.class);

  private final LiveFiles files;
  private final Includes includes;

  AliasRouter(LiveFiles files, Includes includes) {
    this.files = files;
    this.includes = includes;
  }

  @Override
  public Decision decide(Candidate candidate) {
    EmailAddress address = candidate.address();
    return files
        .alias(address.domain(), address.unquotedLocalPart())
        .map(text -> AliasTargets.parse(text, address.domain(), includes))
        .map(targets -> decision(address, targets))
        .orElseGet(Decision.Decline::new);
  }

  @Override
  public String name(EmailAddress address) {
    return "aliases";
  }

  private static Decision decision(EmailAddress address, AliasTargets targets) {
    return switch (targets) {
      case AliasTargets.Some(List<Target> some) -> new Decision.Redirect(some);
      case AliasTargets.None() -> new Decision.Decline();
      case AliasTargets.Blackhole() -> new Decision.Discard();
      case AliasTargets.Fail(String text, List<Target> before) ->
          new Decision.Fail(SmtpReply.of(550, "5.1.1", text), before);
      case AliasTargets.Defer(String text) -> new Decision.Defer(SmtpReply.of(450, "4.2.1", text));
      case AliasTargets.Wrong(String why) -> {
        LOG.warnf("The alias %s defers its mail: %s", address, why);
        yield Decision.wrongHere("error in the alias of " + address);
      }
    };
  }
}
