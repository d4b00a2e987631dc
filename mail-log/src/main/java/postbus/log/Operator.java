package postbus.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import postbus.log.LetterMark.Step;
import postbus.log.LetterMark.What;
import postbus.log.Resolution.Refused;
import postbus.log.Resolution.Resolved;
import postbus.mail.Envelope;
import postbus.mail.Event;

/**
 * Decides what an operator may do with a dead letter: one that was replayed or dropped is refused,
 * so that nobody does by accident what another one has done. It writes nothing.
 */
public final class Operator {
  /** Who says so in events. */
  private static final String SERVICE = "postbus-cli";

  private final String name;
  private final boolean again;

  /**
   * @param name as marks and events call him
   * @param again whether a letter that was replayed or dropped may be replayed all the same
   */
  public Operator(String name, boolean again) {
    this.name = name;
    this.again = again;
  }

  /** Sends it back to where it failed, as it was edited. */
  public Resolution replay(DeadLetter letter, LetterMark mark, Destinations destinations) {
    if (mark.isDone() && !again) {
      return new Refused(letter.id(), done(mark) + "; --again replays it all the same");
    }
    return switch (destinations.of(letter, mark)) {
      case Destinations.None(String why) -> new Refused(letter.id(), why);
      case Destinations.Found(var record, Optional<Envelope> sent) ->
          resolved(letter, mark, What.REPLAYED, "to " + record.topic(), sent, List.of(record));
    };
  }

  /**
   * Marks it as one with which nothing more is to be done.
   *
   * @param why in the operator's words
   */
  public Resolution drop(DeadLetter letter, LetterMark mark, String why) {
    if (mark.isDone()) {
      return new Refused(letter.id(), done(mark));
    }
    Optional<Envelope> dropped = mark.edited().or(letter::envelope);
    return resolved(letter, mark, What.DROPPED, why, dropped, List.of());
  }

  /** Keeps another envelope for the replay; the letter stays as it is. */
  public Resolution edit(DeadLetter letter, LetterMark mark, LetterEdit edit) {
    if (mark.isDone()) {
      return new Refused(letter.id(), done(mark));
    }
    Optional<Envelope> before = mark.edited().or(letter::envelope);
    if (before.isEmpty()) {
      return new Refused(letter.id(), "it holds no envelope to edit: " + letter.unreadable());
    }
    return switch (edit.of(before.get())) {
      case LetterEdit.Bad(String why) -> new Refused(letter.id(), why);
      case LetterEdit.Good(Envelope after, String changes) -> {
        Step step = new Step(What.EDITED, Instant.now(), name, changes);
        LetterMark marked = mark.after(step).editedAs(after);
        yield new Resolved(letter.id(), marked, List.of(), changes);
      }
    };
  }

  private Resolved resolved(
      DeadLetter letter,
      LetterMark mark,
      What what,
      String why,
      Optional<Envelope> mail,
      List<ProducerRecord<byte[], byte[]>> follows) {
    LetterMark marked = mark.after(new Step(what, Instant.now(), name, why));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(follows);
    Event.What told = what == What.REPLAYED ? Event.What.REPLAYED : Event.What.DROPPED;
    mail.ifPresent(envelope -> {
      String detail = "dead letter %s by %s: %s".formatted(letter.id(), name, why);
      records.add(
          MailRecords.record(Event.now(SERVICE, told, envelope, envelope.recipients(), detail)));
    });
    return new Resolved(letter.id(), marked, records, why);
  }

  private static String done(LetterMark mark) {
    return mark.last()
        .map(step ->
            "it was %s at %s by %s: %s"
                .formatted(
                    step.what().name().toLowerCase(Locale.ROOT),
                    step.at().truncatedTo(ChronoUnit.SECONDS),
                    step.by(),
                    step.why()))
        .orElse("");
  }
}
