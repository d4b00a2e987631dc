package postbus.smtp;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import postbus.mail.MailParameters;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters.Notify;
import postbus.smtp.Content.Ready;

/**
 * MAIL and RCPT with the parameters that a server offers; what it does not offer is left out. What
 * senders asked for by DSN (RFC 3461) is passed on as they sent it.
 */
record Commands(Extensions offered) {

  /**
   * @param isUtf8 whether SMTPUTF8 is to be said
   */
  String mail(Transaction mail, Ready content, boolean isUtf8) {
    StringBuilder line = new StringBuilder("MAIL FROM:<");
    line.append(mail.reversePath().text()).append('>');
    if (offered.size()) {
      line.append(" SIZE=").append(content.size());
    }
    if (offered.eightBitMime() && (content.eightBit() || mail.body().eightBit())) {
      line.append(" BODY=8BITMIME");
    }
    if (offered.smtpUtf8() && isUtf8) {
      line.append(" SMTPUTF8");
    }
    if (mail.parameters().requireTls()) {
      line.append(" REQUIRETLS");
    }
    if (offered.dsn()) {
      report(mail.parameters(), line);
    }
    return line.toString();
  }

  private static void report(MailParameters parameters, StringBuilder line) {
    switch (parameters.returned()) {
      case UNSAID -> {}
      case FULL -> line.append(" RET=FULL");
      case HDRS -> line.append(" RET=HDRS");
    }
    if (!parameters.envid().isEmpty()) {
      line.append(" ENVID=").append(parameters.envid());
    }
  }

  String rcpt(Recipient recipient) {
    String line = "RCPT TO:<" + recipient.address() + ">";
    if (!offered.dsn()) {
      return line;
    }
    Set<Notify> notices = recipient.parameters().notices();
    String orcpt = recipient.parameters().orcpt();
    String notify =
        Arrays.stream(Notify.values())
            .filter(notices::contains)
            .map(Notify::name)
            .collect(Collectors.joining(","));
    return line
        + (notify.isEmpty() ? "" : " NOTIFY=" + notify)
        + (orcpt.isEmpty() ? "" : " ORCPT=" + orcpt);
  }
}
