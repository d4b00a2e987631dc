package postbus.testkit;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import postbus.testkit.Script.Extension;

/** The mail that a client of a {@link ScriptedSmtpServer} is about to hand in. */
final class PeerEnvelope {
  private String mailLine = "";
  private final List<String> rcptLines = new ArrayList<>();
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private int chunks;

  /** The address between the angle brackets of MAIL or RCPT. */
  static String address(String line) {
    return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
  }

  static String localPart(String line) {
    return address(line).split("@", 2)[0];
  }

  /** Whether MAIL or RCPT has a parameter of an extension that is not there. */
  static boolean presumes(String line, Set<Extension> offered, boolean isTls) {
    String rest = line.substring(line.indexOf('>')).toUpperCase(Locale.ROOT);
    boolean hasRequireTls = isTls && offered.contains(Extension.REQUIRETLS);
    return rest.contains(" SMTPUTF8") && !offered.contains(Extension.SMTP_UTF8)
        || rest.contains(" BODY=") && !offered.contains(Extension.EIGHT_BIT_MIME)
        || rest.contains(" SIZE=") && !offered.contains(Extension.SIZE)
        || rest.contains(" REQUIRETLS") && !hasRequireTls
        || rest.matches(".* (RET|ENVID|NOTIFY|ORCPT)=.*") && !offered.contains(Extension.DSN);
  }

  void begin(String mail) {
    mailLine = mail;
  }

  boolean isBegun() {
    return !mailLine.isEmpty();
  }

  String mailLine() {
    return mailLine;
  }

  void add(String rcpt) {
    rcptLines.add(rcpt);
  }

  List<String> rcptLines() {
    return List.copyOf(rcptLines);
  }

  boolean isTo(String localPart) {
    return rcptLines.stream().anyMatch(line -> localPart(line).equals(localPart));
  }

  /** How many chunks there were, with this one. */
  int add(byte[] chunk) {
    content.writeBytes(chunk);
    return ++chunks;
  }

  int chunks() {
    return chunks;
  }

  byte[] content() {
    return content.toByteArray();
  }

  /** What an SMTP server says to the final dot; nothing where it closes. */
  String reply(String taken) {
    if (isTo("drop-after-dot")) {
      return "";
    }
    return isTo("tempdata")
        ? "451 4.3.0 Not now"
        : isTo("permdata") ? "554 5.6.0 Content refused" : taken;
  }

  /** What an LMTP server says to the final dot, to each recipient; nothing where it closes. */
  List<String> repliesToEach() {
    return rcptLines.stream()
        .map(line ->
            switch (localPart(line)) {
              case "tempdata" -> "451 4.3.0 <%s> Not now".formatted(address(line));
              case "permdata" -> "554 5.6.0 <%s> Content refused".formatted(address(line));
              case "full" -> "552 5.2.2 <%s> Quota exceeded".formatted(address(line));
              case "drop-after-dot" -> "";
              default -> "250 2.0.0 <%s> Saved".formatted(address(line));
            })
        .toList();
  }

  /** The mail, once it has all been read. */
  ReceivedMail received(
      InetAddress peer, String helo, boolean isTls, byte[] octets, int parts, int connection) {
    return new ReceivedMail(
        peer, helo, isTls, mailLine, rcptLines(), octets, parts, connection, Instant.now());
  }

  void reset() {
    mailLine = "";
    rcptLines.clear();
    content.reset();
    chunks = 0;
  }
}
