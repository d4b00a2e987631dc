package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import postbus.mail.Cause;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.mail.RecipientParameters;

/**
 * Tells a sender that a mail which waited here is refused (RFC 3464), with all of the mail, since
 * nobody else has it. Who wants to hear nothing, or has no address, is told nothing.
 */
record Report(String domain, ZonedDateTime now) {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  /** Whether there is somebody to tell. */
  static boolean isWanted(Submission mail) {
    return !mail.sender().isEmpty() && new RecipientParameters(mail.notices(), "").tellsFailure();
  }

  Submission of(Submission mail, Map<String, Cause> refused) {
    String boundary = MailId.next().toString();
    String words =
        refused.entrySet().stream()
            .map(entry -> "  " + entry.getKey() + "\n    " + entry.getValue().reply())
            .collect(Collectors.joining("\n"));
    String statuses =
        refused.entrySet().stream()
            .map(entry -> status(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining("\n"));
    String head =
        HEAD.formatted(
            domain,
            mail.sender(),
            DATE.format(now),
            MailId.next(),
            domain,
            boundary,
            boundary,
            domain,
            words,
            boundary,
            domain,
            statuses,
            boundary);
    ByteArrayOutputStream content = new ByteArrayOutputStream(mail.content().length + 4096);
    content.writeBytes(head.replace("\n", "\r\n").getBytes(UTF_8));
    content.writeBytes(mail.content());
    content.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(UTF_8));
    return new Submission(
        "", List.of(mail.sender()), true, Set.of(), MailParameters.NONE, content.toByteArray());
  }

  private static String status(String recipient, Cause cause) {
    String status = cause.reply().status().map(Object::toString).orElse("5.0.0");
    return """
    Final-Recipient: rfc822; %s
    Action: failed
    Status: %s
    Diagnostic-Code: smtp; %s
    """
        .formatted(recipient, status.startsWith("5") ? status : "5.4.7", cause.reply());
  }

  private static final String HEAD =
      """
      From: Mail Delivery System <MAILER-DAEMON@%s>
      To: %s
      Date: %s
      Message-ID: <%s@%s>
      Subject: Your mail was refused
      Auto-Submitted: auto-replied
      MIME-Version: 1.0
      Content-Type: multipart/report; report-type=delivery-status; boundary="%s"

      --%s
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: 8bit

      Your mail waited at %s for its server, which refused it for:

      %s

      --%s
      Content-Type: message/delivery-status

      Reporting-MTA: dns; %s

      %s
      --%s
      Content-Type: message/rfc822

      """;
}
