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
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Recipient;

/**
 * Decides what an operator may do with a letter: one that was replayed, released or dropped is
 * refused, so that nobody does by accident what another one has done. It writes nothing.
 */
public final class Operator {
  private final String service;
  private final String name;
  private final boolean again;

  /**
   * @param name as marks and events call him
   * @param again whether a letter that was seen to may be replayed or released all the same
   */
  public Operator(String name, boolean again) {
    this("postbus-cli", name, again);
  }

  private Operator(String service, String name, boolean again) {
    this.service = service;
    this.name = name;
    this.again = again;
  }

  /** A service that does by itself what nobody else did. */
  static Operator ofService(String service) {
    return new Operator(service, service, false);
  }

  /** Sends it back to where it failed, as it was edited. */
  public Resolution replay(Letter letter, LetterMark mark, Destinations destinations) {
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
   * Lets a mail go on from quarantine, unjudged; what is suspect stays so.
   *
   * @param to who gets it instead of its recipients; empty if it goes to them
   */
  public Resolution release(
      Letter letter, LetterMark mark, Destinations destinations, List<String> to) {
    if (mark.isDone() && !again) {
      return new Refused(letter.id(), done(mark) + "; --again releases it all the same");
    }
    if (letter.envelope().isEmpty()) {
      return new Refused(letter.id(), "it holds no mail to release: " + letter.unreadable());
    }
    Envelope held = letter.envelope().get();
    List<Recipient> others = new ArrayList<>();
    for (String text : to) {
      Optional<EmailAddress> address = LetterEdit.address(text, held);
      if (address.isEmpty()) {
        return new Refused(letter.id(), LetterEdit.notAnAddress(text));
      }
      others.add(Recipient.of(address.get()));
    }
    Envelope wanted = others.isEmpty() ? held : held.to(others);
    String why = others.isEmpty() ? "to its recipients" : "to " + String.join(", ", to);
    return switch (destinations.of(letter, mark.editedAs(wanted))) {
      case Destinations.None(String not) -> new Refused(letter.id(), not);
      case Destinations.Found(var record, Optional<Envelope> sent) ->
          resolved(letter, mark, What.RELEASED, why, sent, List.of(record));
    };
  }

  /**
   * Marks it as one with which nothing more is to be done.
   *
   * @param why in the operator's words
   */
  public Resolution drop(Letter letter, LetterMark mark, String why) {
    if (mark.isDone()) {
      return new Refused(letter.id(), done(mark));
    }
    Optional<Envelope> dropped = mark.edited().or(letter::envelope);
    return resolved(letter, mark, What.DROPPED, why, dropped, List.of());
  }

  /** Keeps another envelope for the replay; the letter stays as it is. */
  public Resolution edit(Letter letter, LetterMark mark, LetterEdit edit) {
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
        Step step = new Step(What.EDITED, now(letter), name, changes);
        LetterMark marked = mark.after(step).editedAs(after);
        yield new Resolved(letter.id(), marked, List.of(), changes);
      }
    };
  }

  private Resolved resolved(
      Letter letter,
      LetterMark mark,
      What what,
      String why,
      Optional<Envelope> mail,
      List<ProducerRecord<byte[], byte[]>> follows) {
    LetterMark marked = mark.after(new Step(what, now(letter), name, why));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(follows);
    Event.What told =
        switch (what) {
          case REPLAYED -> Event.What.REPLAYED;
          case RELEASED -> Event.What.RELEASED;
          case DROPPED, EDITED, UNKNOWN -> Event.What.DROPPED;
        };
    String kind = letter.id().isQuarantine() ? "" : "dead letter ";
    mail.ifPresent(envelope -> {
      String detail = "%s%s by %s: %s".formatted(kind, letter.id(), name, why);
      records.add(
          MailRecords.record(Event.now(service, told, envelope, envelope.recipients(), detail)));
    });
    return new Resolved(letter.id(), marked, records, why);
  }

  /** Never before the letter came, as clocks differ: an older mark is of another letter. */
  private static Instant now(Letter letter) {
    Instant now = Instant.now();
    return now.isBefore(letter.at()) ? letter.at() : now;
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
