package postbus.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.auth.dmarc.Dmarc;
import postbus.auth.dmarc.DmarcResult;
import postbus.auth.dmarc.Policy;
import postbus.auth.spf.Spf;
import postbus.auth.spf.SpfResult;
import postbus.dns.DnsSettings;
import postbus.dns.RecordLookup;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Authentication;
import postbus.site.Authentication.Handling;
import postbus.site.Site;

/**
 * A mail is to come from whom it says. What was found is told in its Authentication-Results field.
 * What fails SPF or DMARC is at least suspect, so that a stranger never gets a report about it;
 * held back or refused, if the site or the domain says so. A broken signature alone is as none.
 */
final class OriginCheck implements ContentCheck {
  /** Characters of a stranger's text in a reply. */
  private static final int STRANGER_MAX = 120;

  private static final Verdict NOT_CHECKED = new Verdict.Accept(List.of());

  private final Authentication rules;
  private final String hostname;
  private final OriginFinder finder;
  private final OriginMeters meters = new OriginMeters();

  OriginCheck(Authentication rules, String hostname, OriginFinder finder) {
    this.rules = rules;
    this.hostname = hostname;
    this.finder = finder;
  }

  /** The check of a site, with a DNS of its own. */
  static OriginCheck of(Site site, Bounces.Contents contents) {
    Authentication rules = site.clients().authentication();
    Duration limit = site.sessions().originWait();
    RecordLookup dns = new RecordLookup(DnsSettings.of(site).within(limit));
    return new OriginCheck(
        rules,
        site.primaryHostname(),
        new OriginFinder(rules, site.primaryHostname(), dns, limit, contents));
  }

  /** Something against the mail, and what is to follow. */
  private record Failure(Handling handling, SmtpReply refusal) {}

  @Override
  public Verdict on(Mail mail) {
    Optional<InetAddress> client = ClientAddress.of(mail.envelope().client());
    if (rules.isOff() || client.isEmpty() || rules.exceptions().contains(client.get())) {
      return NOT_CHECKED;
    }
    Origin origin = finder.find(mail, client.get());
    meters.found(origin);
    List<Failure> failures = failures(origin, mail, client.get());
    List<HeaderField> fields = List.of(OriginField.of(hostname, origin));
    return first(failures, Handling.REFUSE)
        .or(() -> later(origin, mail.envelope().id()))
        .<Verdict>map(Verdict.Refuse::new)
        .or(() ->
            first(failures, Handling.QUARANTINE)
                .map(reply -> new Verdict.Quarantine(reply.text(), fields)))
        .orElseGet(() -> new Verdict.Accept(fields, !failures.isEmpty() || isDoubtful(origin)));
  }

  /** Who it is from could not be told, so nobody is to get a report about it. */
  private static boolean isDoubtful(Origin origin) {
    return origin.spf().anyMatch(outcome -> outcome.result() == SpfResult.TEMPERROR)
        || origin.dmarc().filter(o -> o.result() == DmarcResult.TEMPERROR).isPresent();
  }

  private static Optional<SmtpReply> first(List<Failure> failures, Handling handling) {
    return failures.stream()
        .filter(failure -> failure.handling() == handling)
        .findFirst()
        .map(Failure::refusal);
  }

  private List<Failure> failures(Origin origin, Mail mail, InetAddress client) {
    Stream<Failure> spf =
        origin
            .spf()
            .filter(outcome -> outcome.result() == SpfResult.FAIL)
            .map(outcome -> new Failure(rules.spf(), refusal(outcome, client)));
    Stream<Failure> dmarc =
        origin.dmarc().stream()
            .filter(outcome ->
                outcome.result() == DmarcResult.FAIL || outcome.result() == DmarcResult.PERMERROR)
            .map(outcome -> new Failure(handling(outcome, mail.envelope().id()), refusal(outcome)));
    return Stream.concat(spf, dmarc).toList();
  }

  /** RFC 7208, section 8.4, with the status of RFC 7372. */
  private static SmtpReply refusal(Spf.Outcome outcome, InetAddress client) {
    String domain = some(outcome.domain());
    String why = outcome.explanation().map(said -> ", which says: " + some(said)).orElse("");
    String text = "SPF: " + client.getHostAddress() + " may not send mail of " + domain + why;
    return SmtpReply.of(550, "5.7.23", text);
  }

  /** Of a stranger's text, so that a reply fits into its line of 512 octets. */
  private static String some(String text) {
    String printable = OriginField.printable(text);
    return printable.substring(0, Math.min(STRANGER_MAX, printable.length()));
  }

  /** RFC 7489, section 10.3. */
  private static SmtpReply refusal(Dmarc.Outcome outcome) {
    String text =
        outcome.result() == DmarcResult.PERMERROR
            ? "DMARC: expected one From field, with authors of one domain"
            : "DMARC: " + outcome.domain() + " does not stand behind this mail";
    return SmtpReply.of(550, "5.7.1", text);
  }

  private Handling handling(Dmarc.Outcome outcome, MailId id) {
    if (rules.dmarc() != Handling.AS_PUBLISHED) {
      return rules.dmarc();
    } else if (outcome.result() == DmarcResult.PERMERROR) {
      return Handling.REFUSE; // RFC 7489, section 6.6.1
    }
    // By the mail's id, so that a mail that is judged again meets the same.
    boolean meant = Math.floorMod(id.toString().hashCode(), 100) < outcome.percent();
    Policy policy = meant ? outcome.policy() : outcome.policy().better();
    return switch (policy) {
      case NONE -> Handling.MARK;
      case QUARANTINE -> Handling.QUARANTINE;
      case REJECT -> Handling.REFUSE;
    };
  }

  /**
   * Where a failure would be refused, what cannot be told now is put off; and so it is where the
   * domain asks for more than a mark, or may.
   */
  private Optional<SmtpReply> later(Origin origin, MailId id) {
    boolean spf =
        rules.spf() == Handling.REFUSE
            && origin.sender().filter(o -> o.result() == SpfResult.TEMPERROR).isPresent();
    boolean dmarc =
        (rules.dmarc() == Handling.REFUSE || rules.dmarc() == Handling.AS_PUBLISHED)
            && origin
                .dmarc()
                .filter(o -> o.result() == DmarcResult.TEMPERROR)
                .filter(o -> handling(o, id) != Handling.MARK)
                .isPresent();
    return spf
        ? Optional.of(SmtpReply.of(451, "4.7.24", "SPF cannot be checked now; try again later"))
        : dmarc
            ? Optional.of(
                SmtpReply.of(451, "4.4.3", "DMARC cannot be checked now; try again later"))
            : Optional.empty();
  }
}
