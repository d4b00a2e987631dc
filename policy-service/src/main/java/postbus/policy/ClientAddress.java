package postbus.policy;

import java.net.InetAddress;
import java.util.Optional;
import postbus.mail.Client;

/** The address of a client, which the contract has as a text. */
final class ClientAddress {
  private ClientAddress() {}

  /** Empty if the text is no address. */
  static Optional<InetAddress> of(Client client) {
    try {
      return Optional.of(InetAddress.ofLiteral(client.address()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
