package postbus.log;

import static postbus.log.ReportLines.clean;
import static postbus.log.ReportLines.date;
import static postbus.log.ReportLines.folded;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import postbus.log.Bounces.Told;
import postbus.log.Report.Action;
import postbus.mail.MailParameters.Return;

/**
 * Writes a report: a text for people, the machine's part (RFC 3464), and the original or its
 * header. Names each recipient as the sender wrote it; of a recipient whom an alias led elsewhere
 * it tells code and status alone, since the remote's words and name tell where.
 *
 * <p>Where an address is not ASCII, it takes the forms of RFC 6533 ({@code message/global-…}).
 */
final class ReportContent {
  private final Report report;

  ReportContent(Report report) {
    this.report = report;
  }

  /**
   * Whether the sender wants the whole mail back (RET=FULL), which counts for failures alone; and
   * not for a mail that needs TLS (RFC 8689, section 5).
   */
  static boolean isWhole(Report report) {
    return report.action() == Action.FAILED
        && report.about().parameters().returned() == Return.FULL
        && !report.about().parameters().requireTls();
  }

  /**
   * The report with CRLF line ends.
   *
   * @param original from its first octet; nothing if it is not to be quoted
   * @param isWhole whether that is all of it, to be quoted whole; else what follows the header is
   *     left out
   */
  byte[] bytes(byte[] original, boolean isWhole) {
    byte[] quoted =
        isWhole
            ? original
            : header(new String(original, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
    String boundary = "=_" + report.id();
    String before =
        fields(boundary)
            + part(boundary, "text/plain; charset=utf-8", text())
            + part(boundary, statusType(), new ReportStatus(report).text());
    String opening =
        report.isQuoting()
            ? opening(boundary, quotedType(isWhole), isEightBit(quoted) ? "8bit" : "7bit")
            : "";
    String end = "\r\n--" + boundary + "--\r\n";
    return concat(
        (before + opening).getBytes(StandardCharsets.UTF_8),
        quoted,
        end.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether the report needs SMTPUTF8: only its To field can (RFC 6532). */
  boolean isSmtpUtf8() {
    return !Report.isAscii(report.sender().toString());
  }

  /** Whether these octets need 8BITMIME. */
  static boolean isEightBit(byte[] content) {
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
    Subject: %s
    Date: %s
    Message-ID: <%s@%1$s>
    Auto-Submitted: auto-replied
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=%s;
     boundary="%s"

    This is a report in MIME format (RFC 3464).
    """
        .formatted(
            report.primaryHostname(),
            report.sender(),
            report.action().subject,
            date(report.id().madeAt()),
            report.id(),
            report.isGlobal() ? "global-delivery-status" : "delivery-status",
            boundary)
        .replace("\n", "\r\n");
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append("This is the mail system at host ").append(report.primaryHostname());
    text.append(".\r\n\r\n");
    text.append(report.action().opening);
    report
        .retryUntil()
        .ifPresent(until ->
            text.append(" It will be\r\ntried until ")
                .append(date(until))
                .append("; you need not\r\nsend it again."));
    text.append(report.isQuoting() ? " Its header is attached; for" : " For");
    text.append(" help, write to postmaster and\r\n");
    text.append("name the mail's id ").append(report.about().id()).append(".\r\n");
    for (Told one : report.told()) {
      String remote =
          one.cause().remote().isEmpty() || Report.isRedirected(one)
              ? ""
              : "host " + clean(one.cause().remote()) + " said: ";
      String said = remote + ReportLines.diagnostic(one, report.isGlobal());
      text.append("\r\n<").append(one.recipient().original()).append(">:\r\n");
      text.append(folded("    ", said, "    ")).append("\r\n");
    }
    return text.toString();
  }

  private String statusType() {
    return report.isGlobal() ? "message/global-delivery-status" : "message/delivery-status";
  }

  private String quotedType(boolean isWhole) {
    if (isWhole) {
      return report.isGlobal() ? "message/global" : "message/rfc822";
    }
    return report.isGlobal() ? "message/global-headers" : "text/rfc822-headers";
  }

  private static String part(String boundary, String type, String body) {
    return opening(boundary, type, Report.isAscii(body) ? "7bit" : "8bit") + body;
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

  private static byte[] concat(byte[] a, byte[] b, byte[] c) {
    byte[] all = Arrays.copyOf(a, a.length + b.length + c.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    System.arraycopy(c, 0, all, a.length + b.length, c.length);
    return all;
  }
}
