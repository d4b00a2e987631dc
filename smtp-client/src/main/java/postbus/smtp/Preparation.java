package postbus.smtp;

import java.io.IOException;
import java.util.List;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Recipient;
import postbus.mail.Scope;
import postbus.smtp.Content.Ready;
import postbus.smtp.Content.Unfit;
import postbus.smtp.Sent.Result;

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
   * @param refused those whose addresses it cannot take
   * @param untried those for whom it has no room
   */
  record Sendable(
      Ready content,
      String mailCommand,
      Commands commands,
      List<Recipient> recipients,
      List<Result> refused,
      List<Recipient> untried)
      implements Preparation {}

  /** It cannot, or we cannot read the content now. */
  record Refused(Outcome outcome) implements Preparation {}

  static Preparation of(Transaction mail, Extensions offered, SmtpConnection connection) {
    Peer server = connection.server();
    // A mailbox can hold any octets, and Dovecot takes them without having offered it.
    boolean takesUtf8 = offered.smtpUtf8() || connection.protocol() == Protocol.LMTP;
    if (mail.parameters().requireTls() && !connection.satisfies(TlsWanted.REQUIRETLS)) {
      return new Refused(
          Trouble.cannotTake("5.7.30", server, " does not promise TLS, which this mail needs"));
    }
    try {
      Utf8Need utf8 = new Utf8Need(mail);
      List<Recipient> fit =
          takesUtf8
              ? mail.recipients()
              : mail.recipients().stream().filter(to -> !Utf8Need.isOf(to)).toList();
      if (fit.isEmpty() || !takesUtf8 && utf8.holds()) {
        return new Refused(noUtf8(Scope.MAIL, server));
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
        case Ready content -> sendable(mail, content, fit, offered, server);
      };
    } catch (IOException e) {
      return new Refused(Trouble.unreadable(Scope.STORE));
    }
  }

  private static Sendable sendable(
      Transaction mail, Ready content, List<Recipient> fit, Extensions offered, Peer server) {
    Commands commands = new Commands(offered);
    int room = offered.room(fit);
    return new Sendable(
        content,
        commands.mail(mail, content, new Utf8Need(mail).isDeclared()),
        commands,
        fit.subList(0, room),
        refused(mail.recipients(), fit, server),
        fit.subList(room, fit.size()));
  }

  private static List<Result> refused(List<Recipient> all, List<Recipient> fit, Peer server) {
    if (fit.size() == all.size()) {
      return List.of();
    }
    Bounced bounced = noUtf8(Scope.RECIPIENT, server);
    return all.stream().filter(Utf8Need::isOf).map(to -> new Result(to, bounced)).toList();
  }

  private static Bounced noUtf8(Scope scope, Peer server) {
    String why = " does not offer SMTPUTF8, which this needs";
    return new Bounced(scope, Trouble.cannotTake("5.6.7", server, why).why());
  }
}
