package postbus.policy;

import java.util.List;
import java.util.Optional;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.HeaderField;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.policy.ScanMeters.Outcome;
import postbus.site.Scanners.Virus;

/**
 * No malware passes that the scanner knows. A mail that is not scanned, because it is too large or
 * the scanner is away, is accepted, marked; or, if the site says so, deferred while it is away.
 */
final class VirusCheck implements ContentCheck {
  private static final Verdict LATER =
      new Verdict.Refuse(
          SmtpReply.of(451, "4.7.1", "This message cannot be scanned now; try again later"));

  private final Virus rule;
  private final ScannerServers<Optional<String>> servers;
  private final Bounces.Contents contents;
  private final ScanMeters meters;

  VirusCheck(Virus rule, ScannerServers<Optional<String>> servers, Bounces.Contents contents) {
    this.rule = rule;
    this.servers = servers;
    this.contents = contents;
    this.meters = new ScanMeters("virus", rule.asking().answerWait());
  }

  @Override
  public Verdict on(Mail mail) {
    ScannedMail scanned = ScannedMail.of(mail, contents);
    if (scanned.size() > rule.asking().sizeMax()) {
      return unscanned("larger than " + rule.asking().sizeMax() + " octets");
    }
    long begin = System.nanoTime();
    return switch (servers.ask(scanned)) {
      case ScanAnswer.Found<Optional<String>>(Optional<String> malware) -> judge(malware, begin);
      case ScanAnswer.Unscanned<Optional<String>>(String why) -> {
        meters.ended(Outcome.AWAY, begin);
        yield rule.defers() ? LATER : unscanned(why);
      }
    };
  }

  private Verdict judge(Optional<String> malware, long begin) {
    if (malware.isEmpty()) {
      meters.ended(Outcome.PASSED, begin);
      return new Verdict.Accept(List.of());
    }
    meters.ended(Outcome.REFUSED, begin);
    String text = "This message contains malware (" + malware.get() + ")";
    return new Verdict.Refuse(SmtpReply.of(550, "5.7.1", text));
  }

  private static Verdict unscanned(String why) {
    return new Verdict.Accept(List.of(new HeaderField("X-Virus-Scanned", "no (" + why + ")")));
  }
}
