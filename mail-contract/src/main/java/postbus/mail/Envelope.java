package postbus.mail;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that is known of a mail beside its content: the JSON header {@code envelope} of its record.
 *
 * @param id names the mail; a bounce has an id of its own
 * @param recipients at least one
 * @param receivedAt when the session took the mail, a stage made it, or an operator replayed it;
 *     the queue's lifetime counts from here. When it came at first is {@link MailId#madeAt}
 * @param edits what becomes of the header when the mail leaves
 * @param route where the router sends it; empty before the router
 * @param attempts how many deliveries were tried; 0 before the first
 * @param suspect whether policy would not have the sender told of a failure (no backscatter): such
 *     a mail becomes a dead letter instead of a bounce
 * @param settled while the router has not done with a mail: the keys of the addresses it has
 *     already sent it to, failed or discarded, so that a later attempt does not do so again
 * @param parameters what the sender asked for with MAIL
 * @param history the last attempts, oldest first; at most {@link #HISTORY_MAX}
 * @param delayTold whether its sender has been told that it is late
 * @param unknown fields that a newer release wrote, as raw JSON by name: carried through untouched
 */
public record Envelope(
    MailId id,
    ReversePath reversePath,
    List<Recipient> recipients,
    Instant receivedAt,
    Client client,
    Body body,
    HeaderEdits edits,
    Optional<Route> route,
    int attempts,
    boolean suspect,
    Set<String> settled,
    MailParameters parameters,
    List<Attempt> history,
    boolean delayTold,
    Map<String, String> unknown) {

  /** Attempts that an envelope remembers. */
  public static final int HISTORY_MAX = 10;

  /** The version of the envelope's schema that this release writes, and the newest it reads. */
  public static final int VERSION = 1;

  public Envelope {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a mail has at least one recipient");
    }
    recipients = List.copyOf(recipients);
    settled = Set.copyOf(settled);
    history =
        List.copyOf(history.subList(Math.max(0, history.size() - HISTORY_MAX), history.size()));
    unknown = Map.copyOf(unknown);
  }

  /** An envelope as a session, or a stage that writes a bounce, begins it. */
  public static Envelope begin(
      MailId id, ReversePath reversePath, List<Recipient> to, Client client, Body body) {
    return new Envelope(
        id,
        reversePath,
        to,
        id.madeAt(),
        client,
        body,
        HeaderEdits.NONE,
        Optional.empty(),
        0,
        false,
        Set.of(),
        MailParameters.NONE,
        List.of(),
        false,
        Map.of());
  }

  /** The fields to put before the content when the mail leaves, topmost first. */
  public List<HeaderField> added() {
    return edits.added();
  }

  /** The same mail with these fields above those it has. */
  public Envelope adding(List<HeaderField> fields) {
    return edited(new HeaderEdits(fields, List.of()));
  }

  /** The same mail, of whose header this becomes too. */
  public Envelope edited(HeaderEdits later) {
    return with(recipients, edits.and(later), route, attempts, suspect, settled);
  }

  /** The same mail with its content in the store. */
  public Envelope storedAt(ContentRef ref) {
    return begun(reversePath, receivedAt, body.storedAt(ref), route, attempts);
  }

  /** The part of the mail that goes to these recipients. */
  public Envelope to(List<Recipient> some) {
    return with(some, edits, route, attempts, suspect, settled);
  }

  /** The same mail, routed; attempts begin anew. */
  public Envelope via(Route decided) {
    return with(recipients, edits, Optional.of(decided), 0, suspect, Set.of());
  }

  /** The same mail by another route; what was tried so far stays known. */
  public Envelope rerouted(Route other) {
    return with(recipients, edits, Optional.of(other), attempts, suspect, settled);
  }

  /** The same mail after one more attempt. */
  public Envelope attempted() {
    return with(recipients, edits, route, attempts + 1, suspect, settled);
  }

  /** The same mail after one more attempt that ended so. */
  public Envelope attempted(Attempt last) {
    return attempted()
        .telling(parameters, Stream.concat(history.stream(), Stream.of(last)).toList(), delayTold);
  }

  /** The same mail, of whose delay its sender has heard. */
  public Envelope toldOfDelay() {
    return telling(parameters, history, true);
  }

  /** The same mail, for which the sender asked this. */
  public Envelope with(MailParameters asked) {
    return telling(asked, history, delayTold);
  }

  private Envelope telling(MailParameters parameters, List<Attempt> history, boolean delayTold) {
    return new Envelope(
        id,
        reversePath,
        recipients,
        receivedAt,
        client,
        body,
        edits,
        route,
        attempts,
        suspect,
        settled,
        parameters,
        history,
        delayTold,
        unknown);
  }

  /** The same mail, never to be bounced. */
  public Envelope suspected() {
    return with(recipients, edits, route, attempts, true, settled);
  }

  /** The same mail, of which these addresses need no more routing. */
  public Envelope settling(Set<String> keys) {
    return with(recipients, edits, route, attempts, suspect, keys);
  }

  /**
   * The same mail as it is replayed: its lifetime begins at this moment, its attempts anew, so that
   * it is tried once at least.
   */
  public Envelope replayed(Instant now) {
    return begun(reversePath, now, body, route, 0);
  }

  /** The same mail from another sender. */
  public Envelope from(ReversePath sender) {
    return begun(sender, receivedAt, body, route, attempts);
  }

  /** The same mail as before the router decided. */
  public Envelope unrouted() {
    return begun(reversePath, receivedAt, body, Optional.empty(), attempts);
  }

  private Envelope begun(
      ReversePath reversePath, Instant receivedAt, Body body, Optional<Route> route, int attempts) {
    return new Envelope(
        id,
        reversePath,
        recipients,
        receivedAt,
        client,
        body,
        edits,
        route,
        attempts,
        suspect,
        settled,
        parameters,
        history,
        delayTold,
        unknown);
  }

  private Envelope with(
      List<Recipient> recipients,
      HeaderEdits edits,
      Optional<Route> route,
      int attempts,
      boolean suspect,
      Set<String> settled) {
    return new Envelope(
        id,
        reversePath,
        recipients,
        receivedAt,
        client,
        body,
        edits,
        route,
        attempts,
        suspect,
        settled,
        parameters,
        history,
        delayTold,
        unknown);
  }
}
