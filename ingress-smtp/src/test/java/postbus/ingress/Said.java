package postbus.ingress;

import java.util.List;
import java.util.Set;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;

/** What policy says, and where the mail is then if that comes in time. */
enum Said {
  ACCEPT(new Verdict.Accept(List.of()), Topics.ACCEPTED),
  SUSPECT(new Verdict.Accept(List.of(), true), Topics.ACCEPTED),
  QUARANTINE(new Verdict.Quarantine("a virus", List.of()), Topics.QUARANTINE),
  REFUSE(new Verdict.Refuse(SmtpReply.of(550, "5.7.1", "spam")), ""),
  DEFER(new Verdict.Refuse(SmtpReply.of(451, "4.3.0", "the scanner is away")), "");

  private final Verdict verdict;
  private final String topic;

  Said(Verdict verdict, String topic) {
    this.verdict = verdict;
    this.topic = topic;
  }

  Verdict verdict() {
    return verdict;
  }

  SmtpReply reply(Mail mail) {
    return verdict instanceof Verdict.Refuse(SmtpReply reply)
        ? reply
        : Replies.queued(mail.envelope().id());
  }

  Set<String> topics() {
    return topic.isEmpty() ? Set.of() : Set.of(topic);
  }
}
