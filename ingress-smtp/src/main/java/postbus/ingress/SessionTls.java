package postbus.ingress;

import java.util.Optional;
import postbus.mail.TlsUsed;
import postbus.site.ListenerTls;
import postbus.site.ListenerTls.Use;

/** In what TLS a session is, and what it may say before (RFC 3207, section 4). */
final class SessionTls {
  private final Optional<Use> use;
  private Optional<TlsUsed> used = Optional.empty();

  SessionTls(Optional<ListenerTls> tls) {
    this.use = tls.map(ListenerTls::use);
  }

  void begin(TlsUsed tls) {
    used = Optional.of(tls);
  }

  Optional<TlsUsed> used() {
    return used;
  }

  boolean isOn() {
    return used.isPresent();
  }

  /** Whether TLS comes before the greeting. */
  boolean isFirst() {
    return use.equals(Optional.of(Use.IMPLICIT));
  }

  /** Whether STARTTLS may be said. */
  boolean isOffered() {
    return !isOn() && use.isPresent() && !isFirst();
  }

  /** Whether STARTTLS has to come before this command. */
  boolean hasToPrecede(Command command) {
    return !isOn()
        && use.equals(Optional.of(Use.REQUIRED))
        && switch (command) {
          case Command.Ehlo _, Command.Helo _, Command.StartTls _ -> false;
          case Command.Noop _, Command.Rset _, Command.Quit _, Command.Help _ -> false;
          case Command.Malformed _ -> false;
          default -> true;
        };
  }
}
