package postbus.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import postbus.log.Bounces.Failure;
import postbus.mail.Cause;
import postbus.mail.EmailAddress;
import postbus.mail.MailId;
import postbus.mail.Recipient;

/**
 * Writes the report about a failed mail: a text for people, the machine's part (RFC 3464), and the
 * original's header. Names each recipient as the sender wrote it; of a recipient whom an alias led
 * elsewhere it tells code and status alone, since the remote's words and name tell where.
 *
 * <p>Where an address is not ASCII, it takes the forms of RFC 6533 ({@code message/global-…}).
 *
 * @param id the report's own
 * @param sender whom it goes to
 * @param failed the mail that failed, and when it came
 * @param failures at least one
 */
record BounceContent(
    MailId id,
    String primaryHostname,
    EmailAddress sender,
    MailId failed,
    Instant arrived,
    List<Failure> failures) {

  private static final int LINE_MAX = 76;
  private static final int DIAGNOSTIC_MAX = 1000;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  BounceContent {
    failures = List.copyOf(failures);
  }

  /**
   * The report with CRLF line ends.
   *
   * @param head the original from its first octet; what follows the header is left out
   */
  byte[] bytes(byte[] head) {
    String quoted = header(new String(head, StandardCharsets.ISO_8859_1));
    String boundary = "=_" + id;
    String before =
        fields(boundary)
            + part(boundary, "text/plain; charset=utf-8", text())
            + statusPart(boundary);
    String type = isGlobal() ? "message/global-headers" : "text/rfc822-headers";
    String encoding = isAscii(quoted) ? "7bit" : "8bit";
    String opening = opening(boundary, type, encoding);
    String end = "\r\n--" + boundary + "--\r\n";
    return concat(
        (before + opening).getBytes(StandardCharsets.UTF_8),
        quoted.getBytes(StandardCharsets.ISO_8859_1),
        end.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether the report needs SMTPUTF8: only its To field can (RFC 6532). */
  boolean isSmtpUtf8() {
    return !isAscii(sender.toString());
  }

  /** Whether these octets need 8BITMIME. */
  boolean isEightBit(byte[] content) {
    for (byte octet : content) {
      if (octet < 0) {
        return true;
      }
    }
    return false;
  }

  private String fields(String boundary) {
    return """
    From: Mail Delivery System <MAILER-DAEMON@%s>
    To: <%s>
    Subject: Undelivered Mail Returned to Sender
    Date: %s
    Message-ID: <%s@%1$s>
    Auto-Submitted: auto-replied
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=%s;
     boundary="%s"

    This is a report in MIME format (RFC 3464).
    """
        .formatted(
            primaryHostname,
            sender,
            DATE.format(id.madeAt()),
            id,
            isGlobal() ? "global-delivery-status" : "delivery-status",
            boundary)
        .replace("\n", "\r\n");
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append("This is the mail system at host ").append(primaryHostname).append(".\r\n\r\n");
    text.append("Your mail could not be delivered to these recipients, and will not be\r\n");
    text.append("tried again. Its header is attached; for help, write to postmaster and\r\n");
    text.append("name the mail's id ").append(failed).append(".\r\n");
    for (Failure failure : failures) {
      String who = failure.cause().remote().isEmpty() || isRedirected(failure) ? "" : " said";
      String remote = who.isEmpty() ? "" : "host " + clean(failure.cause().remote()) + who + ": ";
      text.append("\r\n<").append(failure.recipient().original()).append(">:\r\n");
      text.append(folded("    ", remote + diagnostic(failure), "    ")).append("\r\n");
    }
    return text.toString();
  }

  private String statusPart(String boundary) {
    StringBuilder status = new StringBuilder();
    status.append("Reporting-MTA: dns; ").append(primaryHostname).append("\r\n");
    status.append("X-Postbus-Mail-Id: ").append(failed).append("\r\n");
    status.append("Arrival-Date: ").append(DATE.format(arrived)).append("\r\n");
    for (Failure failure : failures) {
      Cause cause = failure.cause();
      Recipient recipient = failure.recipient();
      String type = isAscii(recipient.original().toString()) ? "rfc822; " : "utf-8; ";
      status.append("\r\nFinal-Recipient: ").append(type).append(recipient.original());
      status.append("\r\nOriginal-Recipient: ").append(type).append(recipient.original());
      status.append("\r\nAction: failed\r\nStatus: ").append(status(cause)).append("\r\n");
      if (!cause.remote().isEmpty() && !isRedirected(failure)) {
        status.append("Remote-MTA: dns; ").append(clean(host(cause.remote()))).append("\r\n");
      }
      String said = cause.remote().isEmpty() ? "x-postbus; " : "smtp; ";
      status.append(folded("Diagnostic-Code: ", said + diagnostic(failure), " ")).append("\r\n");
    }
    String type = isGlobal() ? "message/global-delivery-status" : "message/delivery-status";
    return part(boundary, type, status.toString());
  }

  /** The class is 5 in any case: what a 4yz was for days has failed now (RFC 3464, 2.3.4). */
  private static String status(Cause cause) {
    return cause.reply().status().map(s -> "5." + s.subject() + "." + s.detail()).orElse("5.0.0");
  }

  private String diagnostic(Failure failure) {
    var reply = failure.cause().reply();
    String told =
        isRedirected(failure)
            ? reply.code() + reply.status().map(s -> " " + s).orElse("")
            : reply.toString();
    String plain = isGlobal() ? clean(told) : clean(told).replaceAll("[^ -~]", "?");
    return plain.length() > DIAGNOSTIC_MAX ? plain.substring(0, DIAGNOSTIC_MAX) : plain;
  }

  private static boolean isRedirected(Failure failure) {
    return !failure.recipient().address().key().equals(failure.recipient().original().key());
  }

  private boolean isGlobal() {
    return !isAscii(sender.toString())
        || failures.stream().anyMatch(f -> !isAscii(f.recipient().original().toString()));
  }

  /** {@code mx.example.net} of {@code mx.example.net[192.0.2.3]:25}. */
  private static String host(String remote) {
    int bracket = remote.indexOf('[');
    return bracket > 0 ? remote.substring(0, bracket) : remote;
  }

  private static String part(String boundary, String type, String body) {
    return opening(boundary, type, isAscii(body) ? "7bit" : "8bit") + body;
  }

  private static String opening(String boundary, String type, String encoding) {
    return "\r\n--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n"
        .formatted(boundary, type, encoding);
  }

  /** Up to the empty line, or to the last whole line within the bound. */
  private static String header(String head) {
    if (head.startsWith("\r\n")) {
      return "";
    }
    int end = head.indexOf("\r\n\r\n");
    String header = end >= 0 ? head.substring(0, end + 2) : head;
    String bounded =
        header.length() > Bounces.QUOTED_MAX ? header.substring(0, Bounces.QUOTED_MAX) : header;
    int lastLine = bounded.lastIndexOf("\r\n");
    return lastLine < 0 ? "" : bounded.substring(0, lastLine + 2);
  }

  /** Lines of a bounded length, broken at spaces where there are any. */
  private static String folded(String first, String text, String next) {
    StringBuilder lines = new StringBuilder(first);
    String rest = text;
    for (int room = LINE_MAX - first.length();
        rest.length() > room;
        room = LINE_MAX - next.length()) {
      int space = rest.lastIndexOf(' ', room);
      int at =
          space > 0 ? space : Character.isHighSurrogate(rest.charAt(room - 1)) ? room - 1 : room;
      lines.append(rest, 0, at).append("\r\n").append(next);
      rest = rest.substring(at).stripLeading();
    }
    return lines.append(rest).toString();
  }

  private static String clean(String text) {
    return text.replaceAll("[\\p{Cntrl}]+", " ").strip();
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }

  private static byte[] concat(byte[] a, byte[] b, byte[] c) {
    byte[] all = Arrays.copyOf(a, a.length + b.length + c.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    System.arraycopy(c, 0, all, a.length + b.length, c.length);
    return all;
  }
}
