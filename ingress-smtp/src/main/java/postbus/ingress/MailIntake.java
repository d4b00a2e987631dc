package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import postbus.log.Mail;
import postbus.log.MailRecords;
import postbus.log.Topics;
import postbus.mail.AuthenticationResults;
import postbus.mail.Client;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.EventJson;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Site;

/**
 * Where a mail becomes ours: it decides what the client hears and where the mail goes, and nobody
 * else does.
 *
 * <p>In: a mail as the session took it. Out: a record of {@code mail.accepted}, of {@code
 * mail.quarantine}, or of {@code mail.unjudged} if no verdict came in time, and then 250; or a
 * refusal. A trusted client's mail is not judged. Guarantee: a 250 only after the log has the mail;
 * after any other reply, and after a crash, the client still owns it. A verdict that comes late
 * changes nothing.
 */
@Singleton
final class MailIntake implements Intake {
  private static final Logger LOG = Logger.getLogger(MailIntake.class);
  private static final String SERVICE = "ingress-smtp";

  /** Octets of all mails in hand; below the producer's own bound, so that it never blocks. */
  static final long IN_HAND_OCTETS_MAX = 64L << 20;

  /** What a mail costs beside its content: envelope, batch and bookkeeping. */
  private static final int ENVELOPE_OCTETS = 2048;

  private final LogProducer log;
  private final Questions questions;
  private final PendingVerdicts pending;
  private final PolicyHealth health;
  private final Duration verdictWait;
  private final Counter unjudged =
      Counter.builder("postbus.ingress.unjudged").register(Metrics.globalRegistry);
  private final OctetBudget inHand = new OctetBudget(IN_HAND_OCTETS_MAX);

  @Inject
  MailIntake(
      LogProducer log,
      Questions questions,
      PendingVerdicts pending,
      PolicyHealth health,
      Site site) {
    this.log = log;
    this.questions = questions;
    this.pending = pending;
    this.health = health;
    this.verdictWait = site.sessions().verdictWait();
  }

  @Override
  public boolean isReady() {
    return log.isReady() && questions.isReady();
  }

  @Override
  public boolean isBusy() {
    return inHand.taken() > 0;
  }

  @Override
  public CompletableFuture<SmtpReply> take(Mail mail) {
    long octets = mail.content().length + ENVELOPE_OCTETS;
    if (!inHand.take(octets)) {
      return CompletableFuture.completedFuture(Replies.BUSY);
    }
    CompletableFuture<SmtpReply> reply =
        tried(
            mail,
            () ->
                mail.envelope().client().trusted()
                    ? append(Topics.ACCEPTED, What.ACCEPTED, mail)
                    : judge(mail));
    reply.whenComplete((_, _) -> inHand.giveBack(octets));
    return reply;
  }

  /** A bug of ours leaves no client waiting: it hears that it still owns the mail. */
  private static CompletableFuture<SmtpReply> tried(
      Mail mail, Supplier<CompletableFuture<SmtpReply>> step) {
    try {
      return step.get();
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "mail %s", mail.envelope().id());
      return CompletableFuture.completedFuture(Replies.LOG_AWAY);
    }
  }

  private CompletableFuture<SmtpReply> append(String topic, What what, Mail mail) {
    String from = AuthenticationResults.after("from " + who(mail.envelope()), mail.envelope());
    return append(record(topic, mail), what, mail.envelope(), from);
  }

  /** Writes the mail; its event follows when it is written, dated before what happens next. */
  private CompletableFuture<SmtpReply> append(
      ProducerRecord<String, byte[]> record, What what, Envelope envelope, String detail) {
    Event event = event(what, envelope, detail);
    return log.append(record)
        .thenApply(_ -> {
          tell(event);
          return Replies.queued(envelope.id());
        })
        .exceptionally(failure -> {
          LOG.warnf("mail %s: the log did not take it: %s", envelope.id(), failure);
          return Replies.LOG_AWAY;
        });
  }

  private CompletableFuture<SmtpReply> judge(Mail mail) {
    Envelope envelope = mail.envelope();
    Optional<CompletableFuture<Optional<Verdict>>> answer = pending.await(envelope.id());
    if (answer.isEmpty()) {
      return CompletableFuture.completedFuture(Replies.BUSY);
    }
    CompletableFuture<SmtpReply> reply = new CompletableFuture<>();
    reply.whenComplete((_, _) -> pending.forget(envelope.id()));
    answer
        .get()
        .whenComplete((verdict, lost) -> {
          if (lost == null) {
            onVerdict(mail, verdict, reply);
          } else if (reply.complete(Replies.LOG_AWAY)) {
            LOG.warnf("mail %s: the question was not taken: %s", envelope.id(), lost);
          }
        });
    ask(mail)
        .whenComplete((_, failure) -> {
          // Once a verdict came, or the time was up, it is decided what the client hears.
          if (failure != null) {
            log.notAsked(failure);
            answer.get().completeExceptionally(failure);
          }
        });
    return reply;
  }

  private CompletionStage<Void> ask(Mail mail) {
    try {
      return questions.ask(mail, Instant.now().plus(verdictWait));
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A reply that is done says that the client has gone, or has its answer. */
  private void onVerdict(Mail mail, Optional<Verdict> verdict, CompletableFuture<SmtpReply> reply) {
    if (reply.isDone()) {
      return;
    }
    if (verdict.isEmpty()) {
      unjudged.increment();
      health.verdicts.failed();
      // Many are late at the same moment, and whoever tells them so has other limits to keep.
      Thread.startVirtualThread(() -> conclude(mail, verdict, reply));
    } else {
      health.verdicts.answered();
      conclude(mail, verdict, reply);
    }
  }

  private void conclude(Mail mail, Optional<Verdict> verdict, CompletableFuture<SmtpReply> reply) {
    tried(mail, () -> decide(mail, verdict)).thenAccept(reply::complete);
  }

  private CompletableFuture<SmtpReply> decide(Mail mail, Optional<Verdict> verdict) {
    if (verdict.isEmpty()) {
      return append(Topics.UNJUDGED, What.TAKEN_UNJUDGED, mail);
    }
    return switch (verdict.get()) {
      case Verdict.Accept accept ->
          append(
              Topics.ACCEPTED,
              What.ACCEPTED,
              new Mail(accept.applied(mail.envelope()), mail.content()));
      case Verdict.Quarantine held -> holdBack(mail, held);
      case Verdict.Refuse(SmtpReply refusal) -> {
        tell(event(What.REFUSED, mail.envelope(), refusal.toString()));
        yield CompletableFuture.completedFuture(refusal);
      }
    };
  }

  /** A stored content has a lease of the session's length ago, so it need not be extended here. */
  private CompletableFuture<SmtpReply> holdBack(Mail mail, Verdict.Quarantine verdict) {
    Mail held = new Mail(verdict.applied(mail.envelope()), mail.content());
    ProducerRecord<String, byte[]> record = record(Topics.QUARANTINE, held);
    record.headers().add(MailRecords.REASON, verdict.reason().getBytes(UTF_8));
    return append(record, What.QUARANTINED, held.envelope(), verdict.reason());
  }

  /** Whatever becomes of the event, the client hears what became of its mail. */
  private void tell(Event event) {
    try {
      String mail = event.mail().toString();
      log.append(new ProducerRecord<>(Topics.EVENTS, null, mail, EventJson.write(event)))
          .exceptionally(failure -> {
            lost(event, failure);
            return null;
          });
    } catch (RuntimeException | Error e) {
      lost(event, e);
    }
  }

  private static void lost(Event event, Throwable failure) {
    LOG.warnf("event %s of %s is lost: %s", event.what(), event.mail(), failure);
  }

  private static Event event(What what, Envelope envelope, String detail) {
    return Event.now(SERVICE, what, envelope, envelope.recipients(), detail);
  }

  private static String who(Envelope envelope) {
    Client client = envelope.client();
    String where = client.helo() + "[" + client.address() + "] through " + client.listener();
    return client.account().map(account -> where + " as " + account).orElse(where);
  }

  private static ProducerRecord<String, byte[]> record(String topic, Mail mail) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, null, mail.envelope().id().toString(), mail.content());
    record.headers().add(MailRecords.ENVELOPE, EnvelopeJson.write(mail.envelope()));
    return record;
  }
}
