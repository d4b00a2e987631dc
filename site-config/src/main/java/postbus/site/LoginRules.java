package postbus.site;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How people log in on the listeners that ask for it; section {@code login}.
 *
 * @param through who knows accounts and passwords
 * @param answerWait for his answer; then 454
 * @param domain of names without one; empty: they stay as they are
 * @param patience with wrong passwords
 */
public record LoginRules(
    Through through, Duration answerWait, Optional<String> domain, Patience patience) {

  /** Who knows accounts and passwords. */
  public sealed interface Through {
    /** The accounts of this site. */
    record SiteAccounts() implements Through {}

    /** Dovecot, by its client protocol, at this UNIX socket. */
    record Dovecot(Path socket) implements Through {}
  }

  /**
   * What is borne of wrong passwords.
   *
   * @param failuresMax of one network for one account within the window
   * @param failuresWideMax of one network for all accounts together, or for one account from all
   *     networks together, within the window
   * @param window in which they are counted, from the first of them
   * @param lockout for which nobody is asked any more
   * @param delay of the first refusal; each that follows takes twice as long
   * @param delayMax of any refusal
   */
  public record Patience(
      int failuresMax,
      int failuresWideMax,
      Duration window,
      Duration lockout,
      Duration delay,
      Duration delayMax) {

    /** What holds where the site says nothing. */
    public static final Patience DEFAULT =
        new Patience(10, 100, ofMinutes(60), ofMinutes(15), ofSeconds(1), ofSeconds(8));
  }

  /** Where Dovecot's packages put the socket for programs like this one. */
  private static final String SOCKET = "/run/dovecot/auth-client";

  /** Octets of the path of a UNIX socket, on Linux. */
  private static final int SOCKET_PATH_MAX = 107;

  /** What holds where the site says nothing. */
  public static final LoginRules DEFAULT =
      new LoginRules(new Through.SiteAccounts(), ofSeconds(10), Optional.empty(), Patience.DEFAULT);

  static LoginRules read(Section in) {
    Path socket =
        in.value(
                "dovecot-socket",
                "the absolute path of a UNIX socket",
                SOCKET,
                text ->
                    Optional.of(text)
                        .filter(path -> path.startsWith("/") && path.length() <= SOCKET_PATH_MAX))
            .map(Path::of)
            .orElse(Path.of(SOCKET));
    return new LoginRules(
        in.value("through", "accounts or dovecot", "accounts", text -> through(text, socket))
            .orElse(DEFAULT.through),
        in.time("wait", DEFAULT.answerWait, ofSeconds(1), ofMinutes(1)),
        in.value("domain", "a domain", Setting.NONE, Notation::domain),
        patience(in));
  }

  private static Optional<Through> through(String text, Path socket) {
    return switch (text) {
      case "accounts" -> Optional.of(DEFAULT.through);
      case "dovecot" -> Optional.of(new Through.Dovecot(socket));
      default -> Optional.empty();
    };
  }

  private static Patience patience(Section in) {
    Patience otherwise = Patience.DEFAULT;
    return new Patience(
        in.count("failures-max", otherwise.failuresMax, 1, 1000),
        in.count("failures-wide-max", otherwise.failuresWideMax, 1, 100_000),
        in.time("window", otherwise.window, ofMinutes(1), ofDays(1)),
        in.time("lockout", otherwise.lockout, ofSeconds(1), ofDays(1)),
        in.time("delay", otherwise.delay, ofMillis(100), ofSeconds(30)),
        in.time("delay-max", otherwise.delayMax, ofMillis(100), ofSeconds(30)));
  }
}
