package postbus.imap;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import postbus.log.Alarm;
import postbus.log.Breaker;
import postbus.log.Topics;
import postbus.mail.NextHop.Host;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.process.PoolMeters;
import postbus.site.MailboxRules.Lmtp;
import postbus.site.Place;
import postbus.smtp.LmtpConnector;
import postbus.smtp.Sent.Result;
import postbus.smtp.SmtpConnection;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.SmtpWaits;

/**
 * The sessions with one LMTP server: those that are idle are kept for a while. Whoever takes one
 * gives it back, or ends it. While the server is away nobody is let through to it, but for one now
 * and then who tries.
 */
final class LmtpSessions {
  /** Failures in a row after which the server is away. */
  static final int FAILURES_MAX = 3;

  /** Between two tries while it is away. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  private static final Duration TEND_EVERY = Duration.ofSeconds(1);
  private static final Logger LOG = Logger.getLogger(LmtpSessions.class);

  private final LmtpConnector connector;
  private final Duration idleWait;
  private final String server;
  private final PoolMeters meters = new PoolMeters(Topics.LOCAL_STAGE);
  private final Breaker breaker = new Breaker(FAILURES_MAX, PROBE_EVERY, System::nanoTime);
  private final Deque<LmtpSession> idle = new ArrayDeque<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("lmtp-sessions").factory());

  private final Gauge awayGauge;
  private volatile boolean isAway;
  private boolean isClosed;

  /**
   * @param hello what we call ourselves
   */
  static LmtpSessions of(Lmtp lmtp, String hello) {
    SmtpWaits waits =
        new SmtpWaits(
            lmtp.connectWait(),
            lmtp.commandWait(),
            lmtp.commandWait(),
            lmtp.commandWait(),
            lmtp.commandWait(),
            lmtp.finalDotWait());
    LmtpConnector connector =
        switch (lmtp.place()) {
          case Place.Tcp(Host host) -> LmtpConnector.tcp(host.name(), host.port(), hello, waits);
          case Place.Socket(Path path) -> LmtpConnector.socket(path, hello, waits);
        };
    return new LmtpSessions(connector, lmtp.idleWait(), lmtp.place().toString());
  }

  private LmtpSessions(LmtpConnector connector, Duration idleWait, String server) {
    this.connector = connector.timedBy(meters);
    this.idleWait = idleWait;
    this.server = server;
    this.awayGauge =
        Gauge.builder("postbus.mailboxes.away", () -> isAway ? 1 : 0)
            .strongReference(true)
            .register(Metrics.globalRegistry);
    timer.scheduleWithFixedDelay(
        this::tend, TEND_EVERY.toMillis(), TEND_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What a request for a session led to. */
  sealed interface Taken {
    record Session(LmtpSession session) implements Taken {}

    /** There is none, and what that means for the mail. */
    record None(Outcome outcome) implements Taken {}
  }

  /** Whether the server is away. */
  boolean isAway() {
    return isAway;
  }

  /** How its work is counted. */
  PoolMeters meters() {
    return meters;
  }

  /** Whether to ask for a session now. A yes while the server is away uses up the turn. */
  boolean isWorthTrying() {
    return breaker.allows();
  }

  /** One that is kept, or a new one; the caller bounds how many there are. */
  Taken take() {
    Optional<LmtpSession> kept = kept();
    return kept.<Taken>map(Taken.Session::new).orElseGet(this::open);
  }

  /** The last one used whose outcome is recorded; else the one that has waited for it longest. */
  private synchronized Optional<LmtpSession> kept() {
    for (Iterator<LmtpSession> each = idle.iterator(); each.hasNext(); ) {
      LmtpSession session = each.next();
      if (session.isRecorded()) {
        each.remove();
        return Optional.of(session);
      }
    }
    return Optional.ofNullable(idle.pollLast());
  }

  private Taken open() {
    return switch (connector.open()) {
      case Opened.Connected(SmtpConnection connection) -> {
        meters.sessionBegan();
        yield new Taken.Session(new LmtpSession(connection));
      }
      case Opened.Failed(Outcome outcome) -> {
        meters.notConnected();
        meters.ended(outcome);
        failed(outcome);
        yield new Taken.None(outcome);
      }
    };
  }

  /**
   * What an attempt says of the server. One that has agreed to take the mail, or refuses it, is
   * there, also if a mailbox hangs thereafter, or if it lets nobody else in; one that greets and
   * then has no answer is away. A content that we could not read says nothing of it.
   */
  void judge(LmtpSession session, List<Result> results) {
    List<Outcome> words =
        results.stream().map(Result::outcome).filter(each -> !isOf(Scope.STORE, each)).toList();
    if (session.hasPassedDot() || !words.stream().allMatch(each -> isOf(Scope.SESSION, each))) {
      answered();
    } else if (!words.isEmpty()) {
      failed(words.getFirst());
    }
  }

  private static boolean isOf(Scope wanted, Outcome outcome) {
    return outcome instanceof Outcome.Deferred(Scope scope, var _) && scope == wanted;
  }

  /** It was asked, and had no answer. */
  void failed(Outcome outcome) {
    if (breaker.failed()) {
      isAway = true;
      Alarm.MAILBOXES_AWAY.raise(
          LOG, "no mail gets into mailboxes: %s: %s", server, outcome.why().reply());
    }
  }

  private void answered() {
    if (breaker.answered()) {
      isAway = false;
      LOG.infof("%s answers again", server);
    }
  }

  void giveBack(LmtpSession session) {
    session.idle();
    boolean isUsable = session.connection().isUsable();
    synchronized (this) {
      if (!isClosed && isUsable) {
        idle.addFirst(session);
        return;
      }
    }
    end(session);
  }

  /** Takes leave of the server, if it still listens; returns at once. */
  void end(LmtpSession session) {
    meters.sessionEnded();
    Thread.startVirtualThread(session.connection()::quit);
  }

  private void tend() {
    List<LmtpSession> old = new ArrayList<>();
    synchronized (this) {
      while (!idle.isEmpty() && idle.peekLast().isIdleFor(idleWait)) {
        old.add(idle.pollLast());
      }
    }
    old.forEach(this::end);
  }

  /** Ends those that are idle; others end when they are given back. */
  void close() {
    timer.shutdownNow();
    Metrics.globalRegistry.remove(awayGauge);
    List<LmtpSession> all;
    synchronized (this) {
      isClosed = true;
      all = List.copyOf(idle);
      idle.clear();
    }
    all.forEach(this::end);
  }
}
