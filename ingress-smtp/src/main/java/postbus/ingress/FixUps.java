package postbus.ingress;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import postbus.content.ArrivingHeader;
import postbus.mail.Envelope;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.Removal;

/**
 * What is mended in the header of a mail that a person submits (RFC 6409, section 8): Date and
 * Message-ID are added where there are none, who got a blind copy is told to nobody, and nobody
 * vouches for himself in this host's name (RFC 8601, section 5). What else is there stays as it is,
 * also if it is wrong.
 */
final class FixUps {
  private static final String DATE = "date";
  private static final String MESSAGE_ID = "message-id";
  private static final String RESULTS = "authentication-results";

  /** RFC 5322, sections 3.6.3 and 3.6.6. */
  private static final List<String> BLIND = List.of("bcc", "resent-bcc");

  /** The fields that count. */
  static final Set<String> LOOKED_FOR = Set.of(DATE, MESSAGE_ID, RESULTS, "bcc", "resent-bcc");

  private FixUps() {}

  /**
   * The edits of a mail.
   *
   * @param by the name of this host: its mail ids are unique there, and its word has that name
   */
  static HeaderEdits of(Envelope envelope, ArrivingHeader header, String by) {
    List<HeaderField> added = new ArrayList<>();
    if (!header.has(DATE)) {
      added.add(new HeaderField("Date", ReceivedField.date(envelope.receivedAt())));
    }
    if (!header.has(MESSAGE_ID)) {
      added.add(new HeaderField("Message-ID", "<" + envelope.id() + "@" + by + ">"));
    }
    // Behind a line that is no field, other readers may find what was not looked for.
    Stream<Removal> blind =
        BLIND.stream().filter(name -> header.has(name) || header.isBroken()).map(Removal::of);
    Stream<Removal> results =
        header.has(RESULTS) || header.isBroken()
            ? Stream.of(new Removal(RESULTS, by))
            : Stream.empty();
    return new HeaderEdits(added, Stream.concat(blind, results).toList());
  }
}
