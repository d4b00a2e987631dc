package postbus.ingress;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import postbus.mail.Client;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;

/** The trace field that every mail gets when it comes in (RFC 5321, section 4.4; RFC 8314, 4.3). */
final class ReceivedField {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.US)
          .withZone(ZoneOffset.UTC);

  private ReceivedField() {}

  /**
   * A mail with several recipients names none of them: they need not know of each other.
   *
   * @param protocol as RFC 3848 and 6531 name them, without the S for TLS and the A for a login,
   *     which there is in TLS alone
   * @param hidesPeople whether it is told to nobody where who logged in is, and how his machine is
   *     called
   */
  static HeaderField of(Envelope envelope, String protocol, String by, boolean hidesPeople) {
    String recipient =
        envelope.recipients().size() == 1
            ? "\r\n\tfor <" + envelope.recipients().getFirst().original() + ">"
            : "";
    String with = by + with(protocol, envelope) + " id " + envelope.id() + recipient;
    String tls = envelope.client().tls().map(used -> "\r\n\ttls " + used.cipher()).orElse("");
    String from = from(envelope.client(), hidesPeople);
    return new HeaderField(
        "Received",
        "from " + from + "\r\n\tby " + with + tls + ";\r\n\t" + date(envelope.receivedAt()));
  }

  /** The form of RFC 5322, section 3.3. */
  static String date(Instant moment) {
    return DATE.format(moment);
  }

  /** Where FROM may not be left out, Debian's own hosts say so of who is not to be named. */
  private static String from(Client client, boolean hidesPeople) {
    return hidesPeople && client.account().isPresent()
        ? "authenticated-user"
        : client.helo() + " (" + literal(client.address()) + ")";
  }

  private static String with(String protocol, Envelope envelope) {
    return " with "
        + envelope
            .client()
            .tls()
            .map(used -> inTls(protocol, envelope) + " (" + used.protocol() + ")")
            .orElse(protocol);
  }

  /** RFC 3848 has a name for TLS after EHLO alone. */
  private static String inTls(String protocol, Envelope envelope) {
    String login = envelope.client().account().isPresent() ? "A" : "";
    return protocol.equals("SMTP") ? protocol : protocol + "S" + login;
  }

  /** An address literal of RFC 5321, section 4.1.3. */
  static String literal(String address) {
    return address.indexOf(':') >= 0 ? "[IPv6:" + address + "]" : "[" + address + "]";
  }
}
