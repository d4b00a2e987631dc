package postbus.site;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The programs that judge contents; sections {@code spam} and {@code virus} of the site. A site
 * without such a section has no such scanner.
 */
public record Scanners(Optional<Spam> spam, Optional<Virus> virus) {

  /** A site that scans nothing. */
  public static final Scanners NONE = new Scanners(Optional.empty(), Optional.empty());

  /**
   * How a scanner is asked.
   *
   * @param servers asked in turn; at least one
   * @param answerWait for all of it
   * @param sizeMax octets of a content above which it is not asked
   * @param atOnceMax contents that it looks at at the same time
   */
  public record Asking(List<Place> servers, Duration answerWait, long sizeMax, int atOnceMax) {
    public Asking {
      servers = List.copyOf(servers);
    }
  }

  /** Whose protocol is spoken. */
  public enum SpamProgram {
    /** SpamAssassin's spamd. */
    SPAMD,
    /** Rspamd, over HTTP. */
    RSPAMD
  }

  /**
   * The seed's rule.
   *
   * @param domains a mail to one of them is scanned; empty: every mail
   * @param markAbove the score, in tenths, above which the mail gets fields that say so
   * @param refuseAbove the score, in tenths, above which it is refused
   */
  public record Spam(
      SpamProgram program,
      Asking asking,
      Optional<DomainList> domains,
      int markAbove,
      int refuseAbove) {}

  /**
   * @param defers whether a mail that cannot be scanned is deferred; else it is accepted, marked
   */
  public record Virus(Asking asking, boolean defers) {}
}
