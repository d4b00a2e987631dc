package postbus.policy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import postbus.log.Alarm;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.AddressVerifier;
import postbus.mail.HeaderEdits;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Site;

/**
 * Decides whether a recipient may be used, and whether a mail may pass. All rules are here, in the
 * order in which they count; each is a class of its own.
 *
 * <p>Keeps nothing between two questions: any thread may ask, and a question may be asked again.
 */
public final class Policy {
  private static final Logger LOG = Logger.getLogger(Policy.class);

  private final AddressVerifier verifier;
  private final List<RecipientCheck> recipientChecks;
  private final List<ContentCheck> contentChecks;
  private final PolicyMeters meters = new PolicyMeters();
  private final RuleMeters rules;

  /**
   * @param verifier asked at most once for a recipient, and only if a rule wants to know
   * @param lists that clients are looked up in
   * @param greylist asked where the site has greylisting
   * @param contents opens what is judged
   */
  Policy(
      Site site,
      AddressVerifier verifier,
      ClientLists lists,
      GreylistBook greylist,
      Bounces.Contents contents) {
    this(
        verifier,
        recipientChecks(site, lists, greylist),
        Stream.concat(
                Stream.of(
                    new SizeLimit(site.sessions().sizeMax()),
                    new ForgedFields(site.primaryHostname(), contents),
                    new ListMark(lists, site.sessions().listMarkWait()),
                    OriginCheck.of(site, contents)),
                ScannerChecks.of(site, contents).stream())
            .toList());
  }

  private static List<RecipientCheck> recipientChecks(
      Site site, ClientLists lists, GreylistBook greylist) {
    List<RecipientCheck> checks = new ArrayList<>();
    checks.add(new ConnectRule(site.listeners()));
    checks.add(new RestrictedCharacters());
    checks.add(new TrustRule());
    checks.add(new RateRule(site.clients(), System::nanoTime));
    checks.add(new BlockListRule(lists, Duration.ZERO));
    checks.add(new RelayRule());
    checks.add(new BlockListRule(lists, site.sessions().routerWait()));
    if (site.clients().greylisting().active()) {
      checks.add(new GreylistRule(site.clients(), lists, greylist));
    }
    checks.add(new AddressExists());
    return checks;
  }

  /** With these checks, in their order; the last one of a recipient always has an answer. */
  Policy(
      AddressVerifier verifier,
      List<RecipientCheck> recipientChecks,
      List<ContentCheck> contentChecks) {
    this.verifier = verifier;
    this.recipientChecks = List.copyOf(recipientChecks);
    this.contentChecks = List.copyOf(contentChecks);
    this.rules = new RuleMeters(recipientChecks);
  }

  /** The reply to RCPT: that of the first rule which has one. */
  public SmtpReply onRecipient(RecipientQuestion question) {
    long begin = System.nanoTime();
    SmtpReply reply = firstAnswer(question);
    meters.answered(reply, begin);
    return reply;
  }

  private SmtpReply firstAnswer(RecipientQuestion question) {
    AskedRecipient asked = new AskedRecipient(question, verifier);
    for (RecipientCheck check : recipientChecks) {
      Optional<SmtpReply> answer = check.on(asked);
      if (answer.isPresent()) {
        rules.decided(check, answer.get());
        return answer.get();
      }
    }
    throw new IllegalStateException("the last rule has an answer to everything");
  }

  /** The verdict on a content; mail of trusted clients always passes, untouched. */
  public Verdict judge(Mail mail) {
    long begin = System.nanoTime();
    Verdict verdict = check(mail);
    meters.judged(verdict, begin);
    return verdict;
  }

  private Verdict check(Mail mail) {
    if (mail.envelope().client().trusted()) {
      return new Verdict.Accept(List.of());
    }
    HeaderEdits found = HeaderEdits.NONE;
    boolean suspect = false;
    List<String> reasons = new ArrayList<>();
    for (ContentCheck check : contentChecks) {
      switch (verdict(check, new Mail(mail.envelope().edited(found), mail.content()))) {
        case Verdict.Accept accept -> {
          found = found.and(accept.edits());
          suspect |= accept.suspect();
        }
        case Verdict.Quarantine(String reason, HeaderEdits edits) -> {
          found = found.and(edits);
          reasons.add(reason);
        }
        case Verdict.Refuse refusal -> {
          return refusal;
        }
      }
    }
    return reasons.isEmpty()
        ? new Verdict.Accept(found, suspect)
        : new Verdict.Quarantine(String.join("; ", reasons), found);
  }

  /**
   * A check that fails by a bug of ours must not keep the others from judging: the mail is suspect.
   * Without its content there is no verdict.
   */
  private static Verdict verdict(ContentCheck check, Mail mail) {
    try {
      return check.on(mail);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      Alarm.CHECK_FAILED.raise(
          LOG,
          e,
          "mail %s: %s failed; the mail counts as suspect",
          mail.envelope().id(),
          check.getClass().getSimpleName());
      return new Verdict.Accept(List.of(), true);
    }
  }
}
