package postbus.imap;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import postbus.log.FollowUp;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Event;

/** A mail in hand whose stage is the test: it sees how the work ended, and what was to follow. */
final class HandTaken implements Taken {
  final CompletableFuture<Recorded> ended = new CompletableFuture<>();

  /** What {@link #finish} returns; the test completes it. */
  final CompletableFuture<Void> recording = new CompletableFuture<>();

  private final Mail mail;
  private final String topic;
  volatile boolean isOurs = true;

  HandTaken(Mail mail, String topic) {
    this.mail = mail;
    this.topic = topic;
  }

  /** What a follow-up holds. */
  static final class Recorded implements FollowUp {
    record Sent(String topic, String key, Mail mail) {}

    record Retry(String topic, String key, Mail mail, Instant due) {}

    record DeadLetter(String key, Mail mail, String reason) {}

    final List<Sent> mails = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<Retry> retries = new ArrayList<>();
    final List<DeadLetter> deadLetters = new ArrayList<>();

    @Override
    public FollowUp mail(String topic, String key, Mail mail) {
      mails.add(new Sent(topic, key, mail));
      return this;
    }

    @Override
    public FollowUp event(Event event) {
      events.add(event);
      return this;
    }

    @Override
    public FollowUp retry(String topic, String key, Mail mail, Instant due) {
      retries.add(new Retry(topic, key, mail, due));
      return this;
    }

    @Override
    public FollowUp deadLetter(String key, Mail mail, String reason) {
      deadLetters.add(new DeadLetter(key, mail, reason));
      return this;
    }

    @Override
    public FollowUp quarantine(String key, Mail mail, String reason) {
      throw new AssertionError("policy alone holds back");
    }

    List<Event.What> story() {
      return events.stream().map(Event::what).toList();
    }
  }

  @Override
  public Mail mail() {
    return mail;
  }

  @Override
  public String topic() {
    return topic;
  }

  @Override
  public int partition() {
    return 0;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public String key() {
    return mail.envelope().id().toString();
  }

  @Override
  public FollowUp followUp() {
    return new Recorded();
  }

  @Override
  public boolean passPointOfNoReturn() {
    return isOurs;
  }

  @Override
  public CompletableFuture<Void> finish(FollowUp followUp) {
    end(ended.complete((Recorded) followUp));
    return recording;
  }

  @Override
  public void fail(Throwable reason) {
    end(ended.completeExceptionally(reason));
  }

  @Override
  public void abandon() {
    end(ended.cancel(false));
  }

  private static void end(boolean first) {
    if (!first) {
      throw new AssertionError("ended twice");
    }
  }
}
