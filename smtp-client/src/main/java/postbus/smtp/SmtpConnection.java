package postbus.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * An open session with one server, for one mail after another. One thread at a time uses it; any
 * thread may {@link #close} it.
 */
public final class SmtpConnection implements Closeable {
  private static final Duration QUIT_WAIT = Duration.ofSeconds(2);

  private final Wire wire;
  private final Extensions extensions;
  private final SmtpWaits waits;
  private int transactions;
  private boolean needsReset;
  private volatile boolean isUsable = true;

  SmtpConnection(Wire wire, Extensions extensions, SmtpWaits waits) {
    this.wire = wire;
    this.extensions = extensions;
    this.waits = waits;
  }

  /** Who is at the other end. */
  public Server server() {
    return wire.server();
  }

  public boolean isTls() {
    return wire.isTls();
  }

  /** Whether another mail may be sent over it. */
  public boolean isUsable() {
    return isUsable;
  }

  /** How many mails it was used for. */
  public int transactions() {
    return transactions;
  }

  /**
   * Sends one mail, and blocks until the server has answered or a wait is over; it never throws for
   * what a server does.
   *
   * @param beforeFinalDot asked once all content has been sent and before the server can take it;
   *     on false the connection is closed instead. May block; the caller bounds it
   */
  public Sent send(Transaction transaction, BooleanSupplier beforeFinalDot) {
    boolean isReused = transactions++ > 0;
    if (needsReset && !reset()) {
      close();
      return new Sent.Stale();
    }
    Exchange exchange = new Exchange(wire, extensions, waits, transaction);
    Sent sent = null;
    try {
      sent = exchange.run(isReused, beforeFinalDot);
      return sent;
    } finally {
      needsReset = exchange.needsReset();
      if (sent == null || exchange.endsSession()) {
        close();
      }
    }
  }

  private boolean reset() {
    try {
      wire.write("RSET");
      return wire.reply(waits.command()).isPositive();
    } catch (IOException e) {
      return false;
    }
  }

  /** Takes leave politely, and closes; takes two seconds at most. */
  public void quit() {
    if (isUsable) {
      try {
        wire.write("QUIT");
        wire.reply(QUIT_WAIT);
      } catch (IOException e) {
        // It is gone either way.
      }
    }
    close();
  }

  @Override
  public void close() {
    isUsable = false;
    wire.close();
  }
}
