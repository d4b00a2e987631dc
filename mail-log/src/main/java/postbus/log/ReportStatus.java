package postbus.log;

import static postbus.log.ReportLines.clean;
import static postbus.log.ReportLines.date;
import static postbus.log.ReportLines.folded;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import postbus.log.Bounces.Told;
import postbus.mail.Cause;
import postbus.mail.EmailAddress;
import postbus.mail.Recipient;

/** The part of a report that machines read: message/delivery-status (RFC 3464, section 2). */
final class ReportStatus {
  /** Of {@code addr-type;xtext} (RFC 3461, section 4.2). */
  private static final Pattern ORCPT = Pattern.compile("([A-Za-z0-9-]{1,40});([!-~]{1,500})");

  private static final Pattern HEX = Pattern.compile("\\+([0-9A-F]{2})");

  private final Report report;

  ReportStatus(Report report) {
    this.report = report;
  }

  /** Its fields, with CRLF line ends. */
  String text() {
    StringBuilder status = new StringBuilder();
    String envid = printable(report.about().parameters().envid());
    if (!envid.isEmpty()) {
      status.append(folded("Original-Envelope-Id: ", envid, " ")).append("\r\n");
    }
    status.append("Reporting-MTA: dns; ").append(report.primaryHostname()).append("\r\n");
    status.append("X-Postbus-Mail-Id: ").append(report.about().id()).append("\r\n");
    status.append("Arrival-Date: ").append(date(report.about().receivedAt())).append("\r\n");
    report.told().forEach(one -> recipient(status, one));
    return status.toString();
  }

  /** The recipient is named as the sender wrote it. */
  private void recipient(StringBuilder status, Told one) {
    Cause cause = one.cause();
    Recipient recipient = one.recipient();
    String type = Report.isAscii(recipient.original().toString()) ? "rfc822; " : "utf-8; ";
    Matcher orcpt = ORCPT.matcher(recipient.parameters().orcpt());
    status.append("\r\n");
    if (orcpt.matches()) {
      status.append("Original-Recipient: ").append(orcpt.group(1)).append("; ");
      status.append(printable(orcpt.group(2))).append("\r\n");
    }
    status.append("Final-Recipient: ").append(type).append(recipient.original());
    status.append("\r\nAction: ").append(EmailAddress.lowerCase(report.action().name()));
    status.append("\r\nStatus: ").append(status(cause)).append("\r\n");
    if (!cause.remote().isEmpty() && !Report.isRedirected(one)) {
      status.append("Remote-MTA: dns; ").append(clean(host(cause.remote()))).append("\r\n");
    }
    String said = cause.remote().isEmpty() ? "x-postbus; " : "smtp; ";
    String diagnostic = said + ReportLines.diagnostic(one, report.isGlobal());
    status.append(folded("Diagnostic-Code: ", diagnostic, " ")).append("\r\n");
    report
        .retryUntil()
        .ifPresent(until -> status.append("Will-Retry-Until: ").append(date(until)).append("\r\n"));
  }

  /** The class follows the action. */
  private String status(Cause cause) {
    return report.action().statusClass
        + cause.reply().status().map(s -> "." + s.subject() + "." + s.detail()).orElse(".0.0");
  }

  /** {@code mx.example.net} of {@code mx.example.net[192.0.2.3]:25}. */
  private static String host(String remote) {
    int bracket = remote.indexOf('[');
    return bracket > 0 ? remote.substring(0, bracket) : remote;
  }

  /** What xtext stands for (RFC 3461, section 4); as it is if that cannot be printed. */
  private static String printable(String xtext) {
    String decoded =
        HEX.matcher(xtext)
            .replaceAll(hex ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(hex.group(1), 16))));
    return decoded.chars().allMatch(c -> c >= ' ' && c < 127) ? decoded : clean(xtext);
  }
}
