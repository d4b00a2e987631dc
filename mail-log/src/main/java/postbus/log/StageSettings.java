package postbus.log;

import java.time.Duration;
import java.util.List;

/**
 * The bounds of one stage.
 *
 * @param name the stage's consumer group, the start of its transactional ids, and the middle of its
 *     dead letters' and retry topics' names, such as {@code router}
 * @param inputs what it takes from
 * @param windowMails how many mails of one partition are in hand at most
 * @param windowBytes how many octets of one partition are in hand at most; one mail may exceed it
 * @param revokeWait how long a partition that goes to another owner waits for mails that have
 *     passed their point of no return
 * @param stopWait how long the stage waits for them when it ends
 * @param transactionTimeout after which the broker aborts a transaction whose writer is gone
 * @param attemptsMax how often a record may fail before it is a dead letter
 * @param againAfter the wait between those attempts
 * @param runMax how many distinct records may fail, with no success between, before the stage
 *     pauses
 * @param pauseWait the time between probes of a paused stage, and between looks at a record of an
 *     unknown version
 * @param retryDelays one retry topic each; see {@link Topics#retry}
 * @param replayWindow how long records that are done with are kept
 */
public record StageSettings(
    String name,
    Inputs inputs,
    int windowMails,
    long windowBytes,
    Duration revokeWait,
    Duration stopWait,
    Duration transactionTimeout,
    int attemptsMax,
    Duration againAfter,
    int runMax,
    Duration pauseWait,
    List<Duration> retryDelays,
    Duration replayWindow) {

  /** How long a stage waits at its end, where nobody says else. */
  public static final Duration STOP_WAIT = Duration.ofSeconds(30);

  /** Below the time after which the log gives away the partitions of a reader that does not ask. */
  public static final Duration STOP_WAIT_MAX = Duration.ofSeconds(50);

  /** How long records that are done with are kept for replay. */
  public static final Duration REPLAY_WINDOW = Duration.ofDays(1);

  public StageSettings {
    if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
      throw new IllegalArgumentException("not a stage's name: " + name);
    }
    if (windowMails < 1 || windowBytes < 1 || attemptsMax < 1 || runMax < 1) {
      throw new IllegalArgumentException("a bound of the stage " + name + " is below 1");
    }
    retryDelays = List.copyOf(retryDelays);
  }

  /** The usual bounds, without retry topics. */
  public static StageSettings of(String name, Inputs inputs) {
    return new StageSettings(
        name,
        inputs,
        500,
        16 << 20,
        Duration.ofSeconds(5),
        STOP_WAIT,
        Duration.ofSeconds(10),
        3,
        Duration.ofSeconds(1),
        5,
        Duration.ofSeconds(5),
        List.of(),
        REPLAY_WINDOW);
  }

  /** The same with these retry topics. */
  public StageSettings retrying(List<Duration> delays) {
    return with(inputs, windowMails, windowBytes, new Waits(this), delays, replayWindow);
  }

  /** The same with a window of this many mails. */
  public StageSettings window(int mails) {
    return window(mails, windowBytes);
  }

  /** The same with a window of this many mails and octets. */
  public StageSettings window(int mails, long octets) {
    return with(inputs, mails, octets, new Waits(this), retryDelays, replayWindow);
  }

  /** The same with other waits: for what is in hand, between attempts, between probes. */
  public StageSettings waiting(Duration inHand, Duration again, Duration pause) {
    return with(
        inputs,
        windowMails,
        windowBytes,
        new Waits(inHand, inHand, again, pause),
        retryDelays,
        replayWindow);
  }

  /**
   * The same, waiting at its end for this long.
   *
   * @throws IllegalArgumentException if it is above {@link #STOP_WAIT_MAX}
   */
  public StageSettings stopping(Duration wait) {
    if (wait.isNegative() || wait.compareTo(STOP_WAIT_MAX) > 0) {
      throw new IllegalArgumentException("expected 0 to " + STOP_WAIT_MAX + ", found " + wait);
    }
    Waits waits = new Waits(revokeWait, wait, againAfter, pauseWait);
    return with(inputs, windowMails, windowBytes, waits, retryDelays, replayWindow);
  }

  /** The same, taking from other topics, keeping what is done with for this long. */
  StageSettings reading(Inputs other, Duration replay) {
    return with(other, windowMails, windowBytes, new Waits(this), retryDelays, replay);
  }

  /** The same, keeping what is done with for this long. */
  public StageSettings keeping(Duration replay) {
    return reading(inputs, replay);
  }

  private record Waits(Duration revoke, Duration stop, Duration again, Duration pause) {
    Waits(StageSettings of) {
      this(of.revokeWait, of.stopWait, of.againAfter, of.pauseWait);
    }
  }

  private StageSettings with(
      Inputs inputs,
      int windowMails,
      long windowBytes,
      Waits waits,
      List<Duration> retryDelays,
      Duration replayWindow) {
    return new StageSettings(
        name,
        inputs,
        windowMails,
        windowBytes,
        waits.revoke(),
        waits.stop(),
        transactionTimeout,
        attemptsMax,
        waits.again(),
        runMax,
        waits.pause(),
        retryDelays,
        replayWindow);
  }
}
