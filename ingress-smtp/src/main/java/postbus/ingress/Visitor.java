package postbus.ingress;

import java.net.InetAddress;
import java.util.Optional;
import postbus.mail.Client;
import postbus.mail.TlsUsed;
import postbus.site.Site;

/** Who is at the other end of a session, and what he may do at this listener. */
final class Visitor {
  private final Site.Listener listener;
  private final Origin origin;
  private final boolean isOurHost;
  private Optional<String> account = Optional.empty();

  Visitor(Site.Listener listener, Origin origin) {
    this.listener = listener;
    this.origin = origin;
    this.isOurHost = origin.isOf(listener.trust());
  }

  /** Who came, as far as he or his front end has said. */
  Origin origin() {
    return origin;
  }

  /** For whom he says that he speaks: somebody who has not logged in. */
  Visitor behind(Command.Xclient claim) {
    return new Visitor(listener, origin.behind(claim));
  }

  /** The address that counts as his. */
  InetAddress address() {
    return origin.address();
  }

  /** Whether he may be here at all. */
  boolean isLetIn() {
    return listener.onlyFrom().map(origin::isOf).orElse(true);
  }

  /** Whether he may relay and is not judged. */
  boolean isTrusted() {
    return isOurHost || isLoggedIn();
  }

  /** Whether he may speak for others. */
  boolean isFrontEnd() {
    return origin.isOf(listener.frontEnds().xclient());
  }

  boolean isLoggedIn() {
    return account.isPresent();
  }

  /** Whether people log in here at all. */
  boolean isAskedIn() {
    return listener.auth() != Site.Auth.NEVER;
  }

  /** Whether he sends no mail before he has logged in. */
  boolean hasToLogIn() {
    return listener.auth() == Site.Auth.REQUIRED && !isLoggedIn();
  }

  void loggedIn(String account) {
    this.account = Optional.of(account);
  }

  /** How the envelope names him. */
  Client as(String helo, Optional<TlsUsed> tls) {
    return new Client(
        origin.address().getHostAddress(), helo, listener.name(), isTrusted(), tls, account);
  }
}
