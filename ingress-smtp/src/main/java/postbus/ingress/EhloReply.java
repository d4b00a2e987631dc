package postbus.ingress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;
import postbus.site.Site;

/** What EHLO is answered with (RFC 5321, section 4.1.1.1): the extensions that work here. */
final class EhloReply {
  private EhloReply() {}

  /**
   * LIMITS (RFC 9422) tells what is enforced and nothing else: a session may send as many mails as
   * it likes.
   *
   * @param tls what the session is in, or may go over to
   * @param visitor who is told
   */
  static SmtpReply of(Site site, SessionTls tls, Visitor visitor) {
    SessionLimits limits = site.sessions();
    List<String> lines = new ArrayList<>();
    lines.add(site.primaryHostname() + " at your service");
    lines.addAll(List.of("PIPELINING", "SIZE " + limits.sizeMax(), "8BITMIME", "SMTPUTF8"));
    lines.addAll(List.of("CHUNKING", "DSN", "LIMITS RCPTMAX=" + limits.recipientsMax()));
    if (tls.isOffered()) {
      lines.add("STARTTLS");
    }
    if (tls.isOn()) {
      lines.add("REQUIRETLS");
    }
    if (tls.isOn() && visitor.isAskedIn() && !visitor.isLoggedIn()) {
      lines.add("AUTH PLAIN LOGIN");
    }
    if (visitor.isFrontEnd()) {
      lines.add(XclientReader.OFFER);
    }
    lines.add("ENHANCEDSTATUSCODES");
    return new SmtpReply(250, Optional.empty(), lines);
  }
}
