package postbus.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import postbus.mail.NextHop.Host;
import postbus.site.MailboxRules;
import postbus.site.Place;
import postbus.site.Site;
import postbus.smtp.LmtpConnector;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.SmtpWaits;

/** Asks whether the server of mailboxes takes mail, as who asks sees it: whether it speaks LMTP. */
final class MailboxCheck {
  private final SmtpWaits waits;

  /**
   * @param wait for a connection, the greeting, and a reply
   */
  MailboxCheck(Duration wait) {
    this.waits = new SmtpWaits(wait, wait, wait, wait, wait, wait);
  }

  /** What is wrong; empty if nothing is, or if mailboxes have no server. */
  Optional<String> of(Site site) {
    return switch (site.mailboxes().way()) {
      case MailboxRules.Lmtp lmtp -> trouble(site.primaryHostname(), lmtp.place());
      case MailboxRules.Maildir _, MailboxRules.Lda _ -> Optional.empty();
    };
  }

  private Optional<String> trouble(String hello, Place place) {
    LmtpConnector connector =
        switch (place) {
          case Place.Tcp(Host host) -> LmtpConnector.tcp(host.name(), host.port(), hello, waits);
          case Place.Socket(Path path) -> LmtpConnector.socket(path, hello, waits);
        };
    return switch (connector.open()) {
      case Opened.Connected(var connection) -> {
        connection.quit();
        yield Optional.empty();
      }
      case Opened.Failed(var outcome) ->
          Optional.of(
              "mailboxes: %s takes no mail: %s".formatted(place, outcome.why().reply().text()));
    };
  }
}
