package postbus.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import postbus.mail.Body;
import postbus.mail.Cause;
import postbus.mail.Client;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/**
 * Decides what follows when a mail has failed for good for some recipients: the sender is told by a
 * report (RFC 3464) that goes through {@code mail.reinjected} as a mail of its own; if there is
 * none to tell, or policy would not have him told, those recipients become a dead letter. So
 * nothing bounces twice, and nobody hears of mail that he did not send.
 */
public final class Bounces {
  /** Octets of the original's header that a report quotes at most. */
  static final int QUOTED_MAX = 64 << 10;

  private static final Logger LOG = Logger.getLogger(Bounces.class);

  private final String service;
  private final String primaryHostname;
  private final Contents contents;

  /**
   * One recipient for whom a mail has failed.
   *
   * @param cause what the remote said, or our own words where none did
   */
  public record Failure(Recipient recipient, Cause cause) {}

  /** Opens a mail's content, wherever it is: {@code ContentStore::open}. */
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
   * follow-up. Reads at most {@value #QUOTED_MAX} octets of the content; if it cannot be read the
   * report goes without.
   */
  public FollowUp fail(FollowUp followUp, Mail mail, List<Failure> failures) {
    Envelope envelope = mail.envelope();
    return switch (envelope.reversePath()) {
      case ReversePath.Address sender when !envelope.suspect() ->
          bounce(followUp, mail, sender, failures);
      case ReversePath.Address _ -> deadLetter(followUp, mail, failures, "suspect, not bounced");
      case ReversePath.Null _ -> deadLetter(followUp, mail, failures, "no sender to tell");
    };
  }

  private FollowUp bounce(
      FollowUp followUp, Mail mail, ReversePath.Address sender, List<Failure> failures) {
    Envelope failed = mail.envelope();
    MailId id = MailId.next();
    BounceContent report =
        new BounceContent(
            id, primaryHostname, sender.value(), failed.id(), failed.receivedAt(), failures);
    byte[] content = report.bytes(head(mail));
    Body body =
        new Body(content.length, report.isEightBit(content), report.isSmtpUtf8(), Optional.empty());
    Envelope envelope =
        Envelope.begin(
            id,
            new ReversePath.Null(),
            List.of(Recipient.of(sender.value())),
            new Client("", "", service, true),
            body);
    tell(followUp, What.BOUNCED, failed, failures, "");
    return followUp
        .mail(Topics.REINJECTED, id.toString(), new Mail(envelope, content))
        .event(
            Event.now(
                service,
                What.BOUNCE_WRITTEN,
                envelope,
                envelope.recipients(),
                "for " + failed.id()));
  }

  private FollowUp deadLetter(
      FollowUp followUp, Mail mail, List<Failure> failures, String whyNotBounced) {
    Envelope failed = mail.envelope();
    Mail part =
        new Mail(failed.to(failures.stream().map(Failure::recipient).toList()), mail.content());
    tell(followUp, What.DEAD_LETTERED, failed, failures, whyNotBounced + ": ");
    String reason = whyNotBounced + ": " + failures.getFirst().cause().reply();
    return followUp.deadLetter(failed.id().toString(), part, reason);
  }

  /** One event for each cause. */
  private void tell(
      FollowUp followUp, What what, Envelope failed, List<Failure> failures, String prefix) {
    Map<Cause, List<Recipient>> byCause = new LinkedHashMap<>();
    for (Failure failure : failures) {
      byCause.computeIfAbsent(failure.cause(), _ -> new ArrayList<>()).add(failure.recipient());
    }
    byCause.forEach((cause, recipients) ->
        followUp.event(Event.now(service, what, failed, recipients, prefix + cause.reply())));
  }

  /** The header as the mail would have left with it, so far as it is quoted. */
  private byte[] head(Mail mail) {
    ByteArrayOutputStream head = new ByteArrayOutputStream(4096);
    for (HeaderField field : mail.envelope().added()) {
      head.writeBytes(field.toString().getBytes(StandardCharsets.UTF_8));
    }
    try (InputStream content = contents.open(mail)) {
      head.writeBytes(content.readNBytes(QUOTED_MAX));
    } catch (IOException e) {
      LOG.warnf(e, "%s: its report goes without the original header", mail.envelope().id());
    }
    return head.toByteArray();
  }
}
