package postbus.ingress;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;

/** The trace field that every mail gets when it comes in (RFC 5321, section 4.4). */
final class ReceivedField {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.US)
          .withZone(ZoneOffset.UTC);

  private ReceivedField() {}

  /**
   * A mail with several recipients names none of them: they need not know of each other.
   *
   * @param protocol as RFC 3848 and 6531 name them
   */
  static HeaderField of(Envelope envelope, String protocol, String by) {
    String recipient =
        envelope.recipients().size() == 1
            ? "\r\n\tfor <" + envelope.recipients().getFirst().original() + ">"
            : "";
    String from = envelope.client().helo() + " (" + literal(envelope.client().address()) + ")";
    String with = by + " with " + protocol + " id " + envelope.id() + recipient;
    String date = DATE.format(envelope.receivedAt());
    return new HeaderField("Received", "from " + from + "\r\n\tby " + with + ";\r\n\t" + date);
  }

  /** An address literal of RFC 5321, section 4.1.3. */
  static String literal(String address) {
    return address.indexOf(':') >= 0 ? "[IPv6:" + address + "]" : "[" + address + "]";
  }
}
