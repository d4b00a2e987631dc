package postbus.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import postbus.content.Removals;
import postbus.log.Report.Action;
import postbus.mail.Body;
import postbus.mail.Cause;
import postbus.mail.Client;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.Removal;
import postbus.mail.ReversePath;

/**
 * Decides what follows when a mail has failed for good for some recipients, is late, or has arrived
 * and the sender asked to hear of it: he is told by a report (RFC 3464) that goes through {@code
 * mail.reinjected} as a mail of its own. If it has failed and there is none to tell, or policy
 * would not have him told, those recipients become a dead letter. So nothing bounces twice, and
 * nobody hears of mail that he did not send.
 *
 * <p>Of recipients for whom the sender wants to hear nothing (NOTIFY, RFC 3461, section 4.1),
 * nothing is told, and nothing is left: an event says so.
 */
public final class Bounces {
  /** Octets of the original's header that a report quotes at most. */
  static final int QUOTED_MAX = 64 << 10;

  /** Octets of an original that a report quotes whole if the sender asks for it (RET=FULL). */
  static final int WHOLE_MAX = 512 << 10;

  private static final Logger LOG = Logger.getLogger(Bounces.class);

  private final String service;
  private final String primaryHostname;
  private final Contents contents;

  /**
   * One recipient of whom a report tells, and why.
   *
   * @param cause what the remote said, or our own words where none did
   */
  public record Told(Recipient recipient, Cause cause) {}

  /** Opens a mail's content, wherever it is: {@link ContentStore#open(Mail)}. */
  public interface Contents {
    InputStream open(Mail mail) throws IOException;
  }

  /**
   * @param service who says so in events and is the report's client, such as {@code
   *     delivery-service}
   * @param primaryHostname the site's name for this host: Reporting-MTA, and the report's sender
   */
  public Bounces(String service, String primaryHostname, Contents contents) {
    this.service = service;
    this.primaryHostname = primaryHostname;
    this.contents = contents;
  }

  /**
   * Adds what follows from these failures, at least one, all of this mail; returns the same
   * follow-up. Reads at most {@value #WHOLE_MAX} octets of the content; if it cannot be read the
   * report goes without.
   */
  public FollowUp fail(FollowUp followUp, Mail mail, List<Told> failures) {
    Envelope failed = mail.envelope();
    if (failed.reversePath() instanceof ReversePath.Null) {
      return deadLetter(followUp, mail, failures, "no sender to tell");
    }
    if (failed.suspect()) {
      return deadLetter(followUp, mail, failures, "suspect, not bounced");
    }
    List<Told> told = asking(failures, RecipientParameters::tellsFailure);
    List<Told> untold = failures.stream().filter(each -> !told.contains(each)).toList();
    tell(followUp, What.BOUNCED, failed, told, "");
    tell(followUp, What.BOUNCED, failed, untold, "as asked, the sender is not told: ");
    return report(followUp, mail, Action.FAILED, told, Optional.empty());
  }

  /**
   * Adds the notice that a mail is late, unless nobody wants to hear it; returns the same
   * follow-up. The caller sees to it that the mail's sender is told once ({@link
   * Envelope#toldOfDelay}).
   *
   * @param late the recipients who still wait, each with the last reply
   * @param retryUntil when the mail would go back
   */
  public FollowUp delay(FollowUp followUp, Mail mail, List<Told> late, Instant retryUntil) {
    return mail.envelope().suspect()
        ? followUp
        : report(
            followUp,
            mail,
            Action.DELAYED,
            asking(late, RecipientParameters::tellsDelay),
            Optional.of(retryUntil));
  }

  /** How a mail succeeded (RFC 3461, section 5.2). */
  public enum Success {
    /** It is where it was to go, or was thrown away there. */
    DELIVERED,
    /** The next server has it, and tells nobody. */
    RELAYED,
    /** It goes on to several addresses in place of this one (section 5.2.7.3). */
    EXPANDED
  }

  /**
   * Adds the notice of success to senders who asked for it (NOTIFY=SUCCESS); returns the same
   * follow-up. Of a mail that is suspect nothing is told, since its sender may not have sent it.
   *
   * @param succeeded the recipients for whom it succeeded, each with the reply
   */
  public FollowUp succeed(FollowUp followUp, Mail mail, Success success, List<Told> succeeded) {
    List<Told> told = asking(succeeded, RecipientParameters::tellsSuccess);
    if (mail.envelope().suspect()) {
      return followUp;
    }
    Action action =
        switch (success) {
          case DELIVERED -> Action.DELIVERED;
          case RELAYED -> Action.RELAYED;
          case EXPANDED -> Action.EXPANDED;
        };
    return report(followUp, mail, action, told, Optional.empty());
  }

  private static List<Told> asking(List<Told> failures, Predicate<RecipientParameters> wanted) {
    return failures.stream().filter(each -> wanted.test(each.recipient().parameters())).toList();
  }

  private FollowUp report(
      FollowUp followUp, Mail mail, Action action, List<Told> told, Optional<Instant> retryUntil) {
    Envelope about = mail.envelope();
    if (told.isEmpty() || !(about.reversePath() instanceof ReversePath.Address sender)) {
      return followUp;
    }
    MailId id = MailId.next();
    Report report =
        new Report(id, primaryHostname, sender.value(), about, action, retryUntil, told);
    ReportContent written = new ReportContent(report);
    byte[] original =
        report.isQuoting() ? original(mail, ReportContent.isWhole(report)) : new byte[0];
    boolean isWhole = ReportContent.isWhole(report) && original.length <= WHOLE_MAX;
    byte[] content = written.bytes(original, isWhole);
    Body body =
        new Body(
            content.length,
            ReportContent.isEightBit(content),
            written.isSmtpUtf8(),
            Optional.empty());
    Envelope envelope =
        Envelope.begin(
                id,
                new ReversePath.Null(),
                List.of(Recipient.of(sender.value())),
                new Client("", "", service, true),
                body)
            .with(asSafe(about));
    String detail = noun(action) + "for " + about.id();
    return followUp
        .mail(Topics.REINJECTED, id.toString(), new Mail(envelope, content))
        .event(Event.now(service, What.BOUNCE_WRITTEN, envelope, envelope.recipients(), detail));
  }

  private static String noun(Action action) {
    return switch (action) {
      case FAILED -> "";
      case DELAYED -> "delay notice ";
      case DELIVERED, RELAYED, EXPANDED -> "success notice ";
    };
  }

  /** What quotes a mail travels no less protected than the mail (RFC 8689, section 5). */
  private static MailParameters asSafe(Envelope about) {
    return about.parameters().requireTls()
        ? new MailParameters(MailParameters.Return.UNSAID, "", true)
        : MailParameters.NONE;
  }

  private FollowUp deadLetter(
      FollowUp followUp, Mail mail, List<Told> failures, String whyNotBounced) {
    Envelope failed = mail.envelope();
    Mail part =
        new Mail(failed.to(failures.stream().map(Told::recipient).toList()), mail.content());
    tell(followUp, What.DEAD_LETTERED, failed, failures, whyNotBounced + ": ");
    String reason = whyNotBounced + ": " + failures.getFirst().cause().reply();
    return followUp.deadLetter(failed.id().toString(), part, reason);
  }

  /** One event for each cause. */
  private void tell(
      FollowUp followUp, What what, Envelope failed, List<Told> failures, String prefix) {
    Map<Cause, List<Recipient>> byCause = new LinkedHashMap<>();
    for (Told failure : failures) {
      byCause.computeIfAbsent(failure.cause(), _ -> new ArrayList<>()).add(failure.recipient());
    }
    byCause.forEach((cause, recipients) ->
        followUp.event(Event.now(service, what, failed, recipients, prefix + cause.reply())));
  }

  /** The original as it would have left, so far as it may be quoted, and an octet more. */
  private byte[] original(Mail mail, boolean isWhole) {
    ByteArrayOutputStream original = new ByteArrayOutputStream(4096);
    for (HeaderField field : mail.envelope().added()) {
      original.writeBytes(field.toString().getBytes(StandardCharsets.UTF_8));
    }
    List<Removal> removed = mail.envelope().edits().removed();
    try (InputStream content = Removals.without(removed, () -> contents.open(mail)).open()) {
      original.writeBytes(content.readNBytes((isWhole ? WHOLE_MAX : QUOTED_MAX) + 1));
    } catch (IOException e) {
      LOG.warnf(e, "%s: its report goes without the original header", mail.envelope().id());
    }
    return original.toByteArray();
  }
}
