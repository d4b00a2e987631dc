package postbus.smtp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.smtp.Content.Ready;
import postbus.smtp.Content.Unfit;

/**
 * Whether a server can take a mail at all, as far as it told us with EHLO; settled before the first
 * command, so that what it cannot take costs neither side anything.
 */
sealed interface Preparation {

  /**
   * It can.
   *
   * @param mailCommand MAIL with its parameters
   * @param recipients those who go in this transaction
   * @param untried those for whom it has no room, or who need SMTPUTF8 where others do not; theirs
   *     is a mail of its own
   */
  record Sendable(
      Ready content,
      String mailCommand,
      Commands commands,
      List<Recipient> recipients,
      List<Recipient> untried)
      implements Preparation {}

  /** It cannot, or we cannot read the content now. */
  record Refused(Outcome outcome) implements Preparation {}

  static Preparation of(Transaction mail, Extensions offered, SmtpConnection connection) {
    Server server = connection.server();
    if (mail.parameters().requireTls() && !connection.satisfies(TlsWanted.REQUIRETLS)) {
      return new Refused(
          Trouble.cannotTake("5.7.30", server, " does not promise TLS, which this mail needs"));
    }
    try {
      Utf8Need utf8 = new Utf8Need(mail);
      if (!offered.smtpUtf8() && utf8.isOfAll()) {
        return new Refused(
            Trouble.cannotTake("5.6.7", server, " does not offer SMTPUTF8, which this mail needs"));
      }
      return switch (mail.content().as(offered.eightBitMime())) {
        case Unfit(String why) ->
            new Refused(Trouble.cannotTake("5.6.3", server, " takes no eight-bit content: " + why));
        case Ready content when content.size() > offered.sizeMax() ->
            new Refused(
                Trouble.cannotTake(
                    "5.3.4",
                    server,
                    " takes " + offered.sizeMax() + " octets, not " + content.size()));
        case Ready content -> sendable(mail, content, offered, utf8);
      };
    } catch (IOException e) {
      return new Refused(Trouble.unreadable(e));
    }
  }

  private static Sendable sendable(
      Transaction mail, Ready content, Extensions offered, Utf8Need utf8) {
    Commands commands = new Commands(offered);
    List<Recipient> fit = offered.smtpUtf8() ? mail.recipients() : utf8.without();
    List<Recipient> recipients = fit.subList(0, offered.room(fit));
    List<Recipient> untried = new ArrayList<>(mail.recipients());
    untried.removeAll(recipients);
    return new Sendable(
        content, commands.mail(mail, content, utf8.isDeclared()), commands, recipients, untried);
  }
}
