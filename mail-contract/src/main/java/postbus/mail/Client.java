package postbus.mail;

import java.util.Optional;

/**
 * Who handed a mail in, as the session saw him.
 *
 * @param address the peer's IP address
 * @param helo what he called himself in EHLO or HELO; empty if he did not
 * @param listener the name of the listener he came in by
 * @param trusted whether he may relay and is not judged (the seed's relay_from_hosts)
 * @param tls what protected the session; empty if it was in clear text
 */
public record Client(
    String address, String helo, String listener, boolean trusted, Optional<TlsUsed> tls) {

  /** A client in clear text. */
  public Client(String address, String helo, String listener, boolean trusted) {
    this(address, helo, listener, trusted, Optional.empty());
  }
}
