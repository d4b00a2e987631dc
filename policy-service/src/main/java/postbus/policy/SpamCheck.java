package postbus.policy;

import java.util.List;
import java.util.function.Predicate;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.policy.ScanMeters.Outcome;
import postbus.site.Scanners.Spam;

/**
 * The seed's rule on spam: a small mail to a domain that wants it is scanned; a score above one
 * limit is told in fields, and such a mail is never bounced later; above another it is refused.
 * While the scanner is away mail is accepted, marked.
 */
final class SpamCheck implements ContentCheck {
  private final Spam rule;
  private final Predicate<String> isWantedBy;
  private final ScannerServers<SpamScore> servers;
  private final Bounces.Contents contents;
  private final ScanMeters meters;

  /**
   * @param isWantedBy whether a domain's mail is scanned
   */
  SpamCheck(
      Spam rule,
      Predicate<String> isWantedBy,
      ScannerServers<SpamScore> servers,
      Bounces.Contents contents) {
    this.rule = rule;
    this.isWantedBy = isWantedBy;
    this.servers = servers;
    this.contents = contents;
    this.meters = new ScanMeters("spam", rule.asking().answerWait());
  }

  @Override
  public Verdict on(Mail mail) {
    if (!isScanned(mail.envelope())) {
      return new Verdict.Accept(List.of());
    }
    long begin = System.nanoTime();
    return switch (servers.ask(ScannedMail.of(mail, contents))) {
      case ScanAnswer.Found<SpamScore>(SpamScore score) -> judge(score, begin);
      case ScanAnswer.Unscanned<SpamScore>(String why) -> {
        meters.ended(Outcome.AWAY, begin);
        yield new Verdict.Accept(List.of(new HeaderField("X-Spam-Scanned", "no (" + why + ")")));
      }
    };
  }

  private boolean isScanned(Envelope envelope) {
    return envelope.body().size() <= rule.asking().sizeMax()
        && envelope.recipients().stream()
            .anyMatch(recipient -> isWantedBy.test(recipient.address().domain()));
  }

  private Verdict judge(SpamScore score, long begin) {
    if (score.tenths() > rule.refuseAbove()) {
      meters.ended(Outcome.REFUSED, begin);
      String text = "This message scored " + score.points() + " spam points.";
      return new Verdict.Refuse(SmtpReply.of(550, "5.7.1", text));
    }
    if (score.tenths() > rule.markAbove()) {
      meters.ended(Outcome.MARKED, begin);
      return new Verdict.Accept(
          List.of(
              new HeaderField("X-Spam-Score", score.points() + " (" + score.bar() + ")"),
              new HeaderField("X-Spam-Report", score.folded())),
          true);
    }
    meters.ended(Outcome.PASSED, begin);
    return new Verdict.Accept(List.of());
  }
}
