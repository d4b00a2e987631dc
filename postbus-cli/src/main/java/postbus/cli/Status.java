package postbus.cli;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import postbus.log.MissingReplicas;

/**
 * What an operator sees at one look.
 *
 * @param quarantine what an operator has not looked after; empty if there is nothing
 * @param log says why nothing of it is known; empty if it answered
 */
record Status(
    Instant at,
    String log,
    List<Listener> listeners,
    List<Stage> stages,
    List<Lane> lanes,
    List<Held> held,
    List<Letters> letters,
    Optional<Letters> quarantine,
    int topicsAmiss,
    MissingReplicas missing) {

  /** What is known when the log does not answer. */
  static Status withoutLog(Instant at, String why, List<Listener> listeners) {
    return new Status(
        at,
        why,
        listeners,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        0,
        new MissingReplicas(0, List.of()));
  }

  /**
   * Where mail is taken.
   *
   * @param trouble empty if it answers
   */
  record Listener(String name, String address, String trouble) {}

  /**
   * A stage and what it has not done.
   *
   * @param members readers in its consumer group
   * @param unowned partitions that none of them has
   * @param waiting mails for it, those left out that wait for their time in a retry topic
   * @param isExact false: counted by offsets, so that it may be a little less
   * @param oldest when the oldest of them came; {@link Instant#MAX} if not known
   */
  record Stage(
      String name,
      int members,
      List<String> unowned,
      long waiting,
      boolean isExact,
      Instant oldest) {}

  /**
   * A lane or a retry topic in which mails wait, or a lane that is lent.
   *
   * @param site which has it for itself; empty if it is shared
   */
  record Lane(String topic, String site, long mails, boolean isExact) {}

  /** A site whose mail an operator keeps. */
  record Held(String pool, String site, Instant since) {}

  /**
   * Dead letters of a stage, or mails in quarantine, that nobody has looked after.
   *
   * @param reason of the newest
   */
  record Letters(String stage, long open, Instant newest, String reason) {}
}
