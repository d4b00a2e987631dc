package postbus.ingress;

import java.util.Optional;
import postbus.content.ArrivingHeader;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.site.Submission;
import postbus.site.Submission.Names;

/**
 * Whether somebody who logged in may write in the name of an address; asked only where that does
 * not go without saying.
 *
 * @param account the address that he logged in as
 * @param address in whose name he writes; empty if that is not to be told
 * @param names in whose name he may
 * @param refusal what he hears if he may not
 */
record SenderQuestion(
    String account, Optional<EmailAddress> address, Names names, SmtpReply refusal) {

  /** About the sender in MAIL. Anybody may send with none, as notices do (RFC 8098). */
  static Optional<SenderQuestion> of(Client client, Submission rules, ReversePath sender) {
    return switch (sender) {
      case ReversePath.Null() -> Optional.empty();
      case ReversePath.Address(EmailAddress address) ->
          of(client, rules.sender(), Optional.of(address), Replies.NOT_YOUR_ADDRESS);
    };
  }

  /** About the author that the From field names. Of a broken header nobody can tell who it is. */
  static Optional<SenderQuestion> of(Client client, Submission rules, ArrivingHeader header) {
    return header.isBroken()
        ? of(client, rules.fromField(), Optional.empty(), Replies.BROKEN_HEADER)
        : of(client, rules.fromField(), header.author(), Replies.NOT_YOUR_FROM_FIELD);
  }

  private static Optional<SenderQuestion> of(
      Client client, Names names, Optional<EmailAddress> address, SmtpReply refusal) {
    return client
        .account()
        .filter(_ -> names != Names.ANY)
        .map(account -> new SenderQuestion(account, address, names, refusal))
        .filter(question -> !question.isAboutTheAccount());
  }

  private boolean isAboutTheAccount() {
    return address.map(EmailAddress::key).equals(EmailAddress.parse(account).map(EmailAddress::key))
        && address.isPresent();
  }
}
