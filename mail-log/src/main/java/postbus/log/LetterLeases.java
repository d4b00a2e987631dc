package postbus.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import postbus.mail.ContentRef;

/**
 * Extends the leases of the contents of letters with which nobody has done anything: of dead
 * letters and of mails in quarantine, which may wait for an operator longer than a lease lasts.
 *
 * <p>Guarantee: such a content is there for {@link #KEPT}, if this is done within each lease.
 * Limit: then only the letter is left, without its content, so that what nobody looks after does
 * not fill the disk.
 */
public final class LetterLeases {
  private static final Logger LOG = Logger.getLogger(LetterLeases.class);

  /** From when a letter was set aside; its last lease ends a lease later. */
  public static final Duration KEPT = Duration.ofDays(60);

  /** For each answer of the log. */
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final LogAccess log;
  private final ContentLease lease;

  public LetterLeases(LogAccess log, ContentLease lease) {
    this.log = log;
    this.lease = lease;
  }

  /**
   * Reads all letters of the last {@link #KEPT}. A content that is not there is left alone.
   *
   * @return how many leases were extended
   * @throws IOException if the log did not answer; then it is not known what is still needed
   * @throws UncheckedIOException if the store is away; not all of them are extended then
   */
  public int extend(Instant now) throws IOException {
    int[] extended = {0};
    try (Letters letters = new Letters(log, WAIT, false)) {
      Map<LetterId, LetterMark> marks = letters.marks();
      List<String> stages = new ArrayList<>(letters.stages());
      stages.add(LetterId.QUARANTINE);
      for (String stage : stages) {
        letters.read(
            stage,
            now.minus(KEPT),
            letter -> {
              boolean isOpen = !LetterMark.of(letter, marks).isDone();
              Optional<ContentRef> stored =
                  letter.envelope().flatMap(envelope -> envelope.body().stored());
              if (isOpen && stored.isPresent() && extend(letter.id(), stored.get())) {
                extended[0]++;
              }
            });
      }
    }
    return extended[0];
  }

  private boolean extend(LetterId letter, ContentRef content) {
    try {
      lease.extend(content);
      return true;
    } catch (UncheckedIOException gone) {
      if (ContentsAway.isCauseOf(gone)) {
        throw gone;
      }
      LOG.debugf(gone, "letter %s is without its content", letter);
      return false;
    }
  }
}
