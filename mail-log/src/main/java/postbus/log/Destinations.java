package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import postbus.mail.ContentRef;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.Route;

/**
 * Decides where a letter goes when it is replayed or released, and as what.
 *
 * <p>What was in quarantine goes to the router, which asks policy nothing. A dead letter goes to
 * the topic where it failed, with the same key and content; its lifetime and its attempts begin
 * anew, as it would expire at once otherwise. What failed while it waited for another attempt goes
 * to the stage itself. A mail whose recipients were edited after the router had decided goes to the
 * router, since it may have to go elsewhere. What cannot be read as a mail goes as it is.
 */
public final class Destinations {
  private static final List<String> OF_THE_LETTER =
      List.of(
          MailRecords.REASON,
          MailRecords.ORIGIN,
          MailRecords.ORIGIN_PARTITION,
          MailRecords.ORIGIN_OFFSET,
          MailRecords.ATTEMPTS,
          MailRecords.DUE,
          Letter.REPLAYED_FROM);

  private final Set<String> topics;
  private final ContentLease lease;

  /** Where it goes, or why nowhere. */
  sealed interface Destination {}

  /**
   * @param sent the envelope with which it goes; empty if it cannot be read
   */
  record Found(ProducerRecord<byte[], byte[]> record, Optional<Envelope> sent)
      implements Destination {}

  record None(String why) implements Destination {}

  /** A topic and a key in it; no key where the letter has none. */
  private record Place(String topic, byte @Nullable [] key) {}

  /**
   * @param topics all that the log has
   * @param lease of the contents to which letters refer; it may only look, if nothing is to be done
   */
  public Destinations(Set<String> topics, ContentLease lease) {
    this.topics = Set.copyOf(topics);
    this.lease = lease;
  }

  Destination of(Letter letter, LetterMark mark) {
    Optional<Envelope> envelope = mark.edited().or(letter::envelope);
    boolean elsewhere = envelope.isPresent() && isForOthers(letter, envelope.get());
    Place place = elsewhere ? router(envelope.get()) : place(letter, envelope);
    if (place.topic().isEmpty()) {
      return new None("it does not say where it failed");
    }
    if (!topics.contains(place.topic()) || place.topic().startsWith(Topics.deadLetter(""))) {
      return new None("the log has no topic " + place.topic() + " for it");
    }
    Optional<ContentRef> stored = envelope.flatMap(mail -> mail.body().stored());
    try {
      stored.ifPresent(lease::extend);
    } catch (UncheckedIOException gone) {
      return new None(
          "its content " + stored.map(ContentRef::name).orElse("") + isMissing(gone) + why(gone));
    }
    Optional<Envelope> sent =
        envelope
            .map(mail -> elsewhere ? mail.unrouted() : mail)
            .map(mail -> mail.replayed(Instant.now()));
    return new Found(record(letter, place, sent), sent);
  }

  private static boolean isForOthers(Letter letter, Envelope edited) {
    return edited.route().isPresent()
        && letter.envelope().filter(was -> was.recipients().equals(edited.recipients())).isEmpty();
  }

  private static Place router(Envelope envelope) {
    return new Place(Topics.REINJECTED, envelope.id().toString().getBytes(UTF_8));
  }

  private Place place(Letter letter, Optional<Envelope> envelope) {
    if (letter.id().isQuarantine() && envelope.isPresent()) {
      return router(envelope.get());
    }
    String stage = letter.id().stage();
    String origin = letter.origin();
    byte[] key = letter.record().key();
    if (origin.startsWith("retry." + stage + ".")) {
      return new Place(input(stage), key);
    }
    Optional<Route> route = envelope.flatMap(Envelope::route);
    boolean isLane = origin.startsWith("delivery." + stage + ".");
    if (isLane && !topics.contains(origin) && route.isPresent()) {
      // A lane that the site has no more: its mails wait in that of all.
      return new Place(Topics.sharedLane(stage), route.get().site().getBytes(UTF_8));
    }
    return new Place(origin, key);
  }

  /** Where the mails of a stage wait to be taken first; retries have the key for it. */
  private static String input(String stage) {
    return switch (stage) {
      case Topics.POLICY_STAGE -> Topics.UNJUDGED;
      case Topics.ROUTER_STAGE -> Topics.REINJECTED;
      case Topics.LOCAL_STAGE -> Topics.LOCAL;
      default -> Topics.sharedLane(stage);
    };
  }

  private static ProducerRecord<byte[], byte[]> record(
      Letter letter, Place place, Optional<Envelope> sent) {
    Headers headers = new RecordHeaders(letter.record().headers().toArray());
    OF_THE_LETTER.forEach(headers::remove);
    sent.ifPresent(envelope ->
        headers
            .remove(MailRecords.ENVELOPE)
            .add(MailRecords.ENVELOPE, EnvelopeJson.write(envelope)));
    headers.add(Letter.REPLAYED_FROM, letter.id().toString().getBytes(UTF_8));
    return new ProducerRecord<>(place.topic(), null, place.key(), letter.record().value(), headers);
  }

  private static String isMissing(UncheckedIOException failure) {
    return ContentsAway.isCauseOf(failure) ? " cannot be had now: " : " is not there: ";
  }

  private static String why(UncheckedIOException gone) {
    Throwable cause = gone.getCause();
    return cause instanceof NoSuchFileException file
        ? "no file " + file.getFile()
        : String.valueOf(gone.getMessage());
  }
}
