package postbus.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import postbus.mail.Cause;
import postbus.mail.EmailAddress;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/**
 * An open session with one server, of SMTP or LMTP, for one mail after another. One thread at a
 * time uses it; any thread may {@link #close} it.
 */
public final class SmtpConnection implements Closeable {
  private static final Duration QUIT_WAIT = Duration.ofSeconds(2);

  private final Protocol protocol;
  private final Wire wire;
  private final Extensions extensions;
  private final SmtpWaits waits;
  private int transactions;
  private boolean needsReset;
  private volatile boolean isOpen = true;

  SmtpConnection(Protocol protocol, Wire wire, Extensions extensions, SmtpWaits waits) {
    this.protocol = protocol;
    this.wire = wire;
    this.extensions = extensions;
    this.waits = waits;
  }

  /** Who is at the other end. */
  public Peer server() {
    return wire.peer();
  }

  Protocol protocol() {
    return protocol;
  }

  /** What the server calls itself in its reply to EHLO (RFC 5321, section 4.1.1.1). */
  public String serverName() {
    return extensions.serverName();
  }

  public boolean isTls() {
    return wire.isTls();
  }

  /** Whether a mail that wants this may be sent over it. */
  public boolean satisfies(TlsWanted wanted) {
    return switch (wanted) {
      case NEVER -> !wire.isTls();
      case OPPORTUNISTIC -> true;
      case REQUIRED -> wire.isTls();
      case VERIFIED -> wire.isVerified();
      case REQUIRETLS -> wire.isVerified() && extensions.requireTls();
    };
  }

  /** Whether the server passes on, or acts on, what senders ask for by DSN (RFC 3461). */
  public boolean offersDsn() {
    return extensions.dsn();
  }

  /** Whether another mail may be sent over it; the server may have said how many (RFC 9422). */
  public boolean isUsable() {
    return isOpen && transactions < extensions.transactionsMax();
  }

  /** How many mails it was used for. */
  public int transactions() {
    return transactions;
  }

  /**
   * Sends one mail, and blocks until the server has answered or a wait is over; it never throws for
   * what a server does.
   *
   * @param beforeFinalDot asked before the server can take the mail: before the final dot, or the
   *     last chunk; on false the connection is closed instead. May block; the caller bounds it
   * @throws IllegalStateException if the content is not in the form that {@link Content.Ready}
   *     promises; nothing of it was taken then, and the connection is closed
   */
  public Sent send(Transaction transaction, BooleanSupplier beforeFinalDot) {
    boolean isReused = transactions++ > 0;
    if (needsReset && !reset()) {
      close();
      return new Sent.Stale(wire.isSilent());
    }
    return switch (Preparation.of(transaction, extensions, this)) {
      case Preparation.Refused(Outcome outcome) ->
          new Sent.Ended(
              transaction.recipients().stream().map(to -> new Sent.Result(to, outcome)).toList(),
              List.of());
      case Preparation.Sendable sendable -> send(sendable, isReused, beforeFinalDot);
    };
  }

  private Sent send(Preparation.Sendable mail, boolean isReused, BooleanSupplier beforeFinalDot) {
    Exchange exchange = new Exchange(protocol, wire, extensions, waits, mail);
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

  /**
   * Asks whether the server would take mail for a recipient: MAIL with the null reverse-path, so
   * that nobody answers with a question of his own, and RCPT; no DATA. Blocks for at most two of
   * {@link SmtpWaits#command}; it never throws for what a server does.
   */
  public Inquiry inquire(EmailAddress recipient) {
    boolean isUtf8 = !recipient.toString().chars().allMatch(c -> c < 128);
    if (isUtf8 && !extensions.smtpUtf8()) {
      return new Inquiry.Undecided(server() + " does not offer SMTPUTF8");
    }
    if (needsReset && !reset()) {
      close();
      return new Inquiry.Silent(server() + " does not answer RSET");
    }
    needsReset = true;
    try {
      wire.expectSilence();
      wire.write(isUtf8 ? "MAIL FROM:<> SMTPUTF8" : "MAIL FROM:<>");
      SmtpReply mail = wire.reply(waits.command());
      if (!Trouble.agrees(Step.MAIL, mail)) {
        return new Inquiry.Silent(server() + " refuses the null reverse-path: " + mail);
      }
      wire.write("RCPT TO:<" + recipient + ">");
      return inquiry(wire.reply(waits.command()));
    } catch (IOException e) {
      close();
      return new Inquiry.Silent(server() + ": " + wire.explain(e));
    }
  }

  private Inquiry inquiry(SmtpReply reply) {
    if (Trouble.agrees(Step.RCPT, reply)) {
      return new Inquiry.Taken();
    }
    String said = server() + ": " + reply;
    return switch (Trouble.outcome(Step.RCPT, reply, server())) {
      case Outcome.Bounced _ -> new Inquiry.Refused(reply);
      case Outcome.Deferred(Scope scope, Cause _) when scope == Scope.RECIPIENT ->
          new Inquiry.Undecided(said);
      case Outcome.Deferred _, Outcome.Delivered _ -> new Inquiry.Silent(said);
    };
  }

  private boolean reset() {
    try {
      wire.expectSilence();
      wire.write("RSET");
      return wire.reply(waits.command()).isPositive();
    } catch (IOException e) {
      return false;
    }
  }

  /** Takes leave politely, and closes; takes two seconds at most. */
  public void quit() {
    if (isOpen) {
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
    isOpen = false;
    wire.close();
  }
}
