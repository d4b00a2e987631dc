package postbus.mail;

import java.util.Optional;

/**
 * Who handed a mail in, as the session saw him.
 *
 * @param address the peer's IP address
 * @param helo what he called himself in EHLO or HELO; empty if he did not
 * @param listener the name of the listener he came in by
 * @param trusted whether he may relay and is not judged: a host of ours (the seed's
 *     relay_from_hosts), or somebody who logged in
 * @param tls what protected the session; empty if it was in clear text
 * @param account the address of the account that he logged in to; empty if he did not
 */
public record Client(
    String address,
    String helo,
    String listener,
    boolean trusted,
    Optional<TlsUsed> tls,
    Optional<String> account) {

  /** A client in clear text, who can not have logged in. */
  public Client(String address, String helo, String listener, boolean trusted) {
    this(address, helo, listener, trusted, Optional.empty(), Optional.empty());
  }
}
