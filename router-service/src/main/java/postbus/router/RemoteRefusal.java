package postbus.router;

import java.util.List;
import java.util.Optional;
import postbus.mail.EnhancedStatus;
import postbus.mail.SmtpReply;

/** What a client here hears of another server's refusal: its words, but harmless and short. */
final class RemoteRefusal {
  /** Characters of the other server's text; with the rest it fits a reply line (RFC 5321). */
  static final int TEXT_MAX = 200;

  private static final EnhancedStatus NO_SUCH_MAILBOX = new EnhancedStatus(5, 1, 1);

  private RemoteRefusal() {}

  /**
   * A 550 with the status and the words of the other server's 5yz.
   *
   * @param domain whose server it is
   */
  static SmtpReply of(String domain, SmtpReply said) {
    String words = said.text().replaceAll("[^ -~]+", " ").strip();
    String text = words.length() <= TEXT_MAX ? words : words.substring(0, TEXT_MAX) + "...";
    return new SmtpReply(
        550,
        Optional.of(said.status().orElse(NO_SUCH_MAILBOX)),
        List.of("the server of " + domain + " says: " + text));
  }
}
