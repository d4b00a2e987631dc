package postbus.smtp;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.SmtpReply;
import postbus.smtp.ContentOctets.Unreadable;
import postbus.smtp.Preparation.Sendable;
import postbus.smtp.ReplyTimes.Awaited;

/**
 * One mail's commands and their replies. Where PIPELINING is offered, MAIL, RCPT and DATA go in
 * groups (RFC 2920), each small enough that neither side waits for the other to read. Where
 * CHUNKING is offered the content goes by BDAT (RFC 3030) instead of DATA: it needs no dots, and
 * none is sent if nobody is left to receive it.
 */
final class Exchange {
  /** Commands sent before their replies are read. */
  private static final int PIPELINED_MAX = 100;

  private final Protocol protocol;
  private final Wire wire;
  private final Extensions extensions;
  private final SmtpWaits waits;
  private final Sendable mail;
  private final Outcomes outcomes;
  private Step step = Step.MAIL;
  private boolean isMailAccepted;
  private boolean isAnyoneAccepted;
  private boolean isContentWanted;
  private boolean needsReset;
  private boolean endsSession;

  Exchange(Protocol protocol, Wire wire, Extensions extensions, SmtpWaits waits, Sendable mail) {
    this.protocol = protocol;
    this.wire = wire;
    this.extensions = extensions;
    this.waits = waits;
    this.mail = mail;
    this.outcomes = new Outcomes(mail.recipients(), mail.refused(), mail.untried());
  }

  /** Whether the server still holds a part of this mail in its buffers. */
  boolean needsReset() {
    return needsReset;
  }

  boolean endsSession() {
    return endsSession;
  }

  Sent run(boolean isReused, BooleanSupplier beforeFinalDot) {
    try {
      needsReset = true;
      envelope();
      if (endsSession && step == Step.MAIL && isReused) {
        return new Sent.Stale(wire.isSilent());
      }
      return content(beforeFinalDot) ? outcomes.ended() : new Sent.Abandoned();
    } catch (Unreadable e) {
      endsSession = true;
      outcomes.settleAll(Trouble.unreadable(e.scope()));
    } catch (IOException e) {
      endsSession = true;
      if (step == Step.MAIL && isReused) {
        return new Sent.Stale(wire.isSilent());
      }
      outcomes.settleAll(Trouble.sessionLost(step, wire.peer(), wire.explain(e)));
    }
    return outcomes.ended();
  }

  /** MAIL, RCPT for all, and DATA unless the content goes in chunks. */
  private void envelope() throws IOException {
    wire.expectSilence();
    int recipients = mail.recipients().size();
    int commands = extensions.chunking() ? recipients + 1 : recipients + 2;
    int group = extensions.pipelining() ? PIPELINED_MAX : 1;
    for (int from = 0; from < commands; from += group) {
      int to = Math.min(from + group, commands);
      if (from > 0 && !isMailAccepted || from > recipients && !outcomes.isAnyoneLeft()) {
        return;
      }
      for (int i = from; i < to; i++) {
        wire.write(command(i));
      }
      for (int i = from; i < to; i++) {
        onReply(i);
        if (endsSession) {
          return;
        }
      }
    }
    isContentWanted |= extensions.chunking() && isMailAccepted && outcomes.isAnyoneLeft();
  }

  private String command(int index) {
    if (index > mail.recipients().size()) {
      return "DATA";
    }
    return index == 0 ? mail.mailCommand() : mail.commands().rcpt(mail.recipients().get(index - 1));
  }

  private void onReply(int index) throws IOException {
    boolean isData = index > mail.recipients().size();
    if (index > 0) {
      step = isData ? Step.DATA : Step.RCPT;
    }
    SmtpReply reply =
        isData
            ? wire.reply(Awaited.DATA, waits.data())
            : wire.reply(index > 0 ? Awaited.RCPT : Awaited.MAIL, waits.command());
    endsSession = Trouble.endsSession(step, reply);
    boolean agrees = Trouble.agrees(step, reply);
    switch (step) {
      case MAIL -> isMailAccepted = agrees;
      case RCPT -> isAnyoneAccepted |= agrees;
      case DATA -> isContentWanted = agrees;
      case CONNECT, GREETING, EHLO, CHUNK, LAST_CHUNK, FINAL_DOT, EACH_AFTER_DOT ->
          throw new IllegalStateException(step.toString());
    }
    if (agrees) {
      return;
    }
    Outcome outcome = Trouble.outcome(step, reply, wire.peer());
    if (step != Step.RCPT || endsSession) {
      outcomes.settleAll(outcome);
    } else if (isAnyoneAccepted && Trouble.isEnough(reply)) {
      outcomes.leaveUntried(index - 1);
    } else {
      outcomes.settle(index - 1, outcome);
    }
  }

  /** False if it was abandoned before the server could take it. */
  private boolean content(BooleanSupplier beforeFinalDot) throws IOException {
    if (endsSession || !isContentWanted) {
      return true;
    }
    if (!outcomes.isAnyoneLeft()) {
      // It agreed to DATA though it takes the mail for nobody.
      end(new DotStuffing(wire.content(waits.block())));
      return true;
    }
    try (ContentOctets octets = new ContentOctets(mail.content())) {
      return extensions.chunking() ? chunks(octets, beforeFinalDot) : lines(octets, beforeFinalDot);
    }
  }

  private boolean lines(ContentOctets octets, BooleanSupplier beforeFinalDot) throws IOException {
    DotStuffing out = new DotStuffing(wire.content(waits.block()));
    for (int length = octets.next(Long.MAX_VALUE); length > 0; ) {
      out.write(octets.block(), length);
      length = octets.next(Long.MAX_VALUE);
    }
    out.flush();
    if (!beforeFinalDot.getAsBoolean()) {
      endsSession = true;
      return false;
    }
    end(out);
    return true;
  }

  private void end(DotStuffing out) throws IOException {
    step = Step.FINAL_DOT;
    out.end();
    switch (protocol) {
      case SMTP -> taken(wire.reply(Awaited.CONTENT, waits.finalDot()));
      case LMTP -> takenByEach();
    }
  }

  /** One reply for each recipient that was accepted, in their order (RFC 2033, section 4.2). */
  private void takenByEach() throws IOException {
    step = Step.EACH_AFTER_DOT;
    needsReset = false;
    long begun = System.nanoTime();
    for (int i = 0; i < mail.recipients().size(); i++) {
      if (!outcomes.isSettled(i)) {
        Duration left = waits.finalDot().minusNanos(System.nanoTime() - begun);
        SmtpReply reply = wire.reply(Awaited.CONTENT, left);
        endsSession |= Trouble.endsSession(step, reply);
        outcomes.settle(i, Trouble.outcome(step, reply, wire.peer()));
      }
    }
  }

  private boolean chunks(ContentOctets octets, BooleanSupplier beforeFinalDot) throws IOException {
    Chunks chunks = new Chunks(wire, waits, octets, extensions.pipelining());
    step = Step.CHUNK;
    while (!chunks.isLastNext()) {
      SmtpReply refusal = chunks.send();
      if (refusal != null) {
        endsSession = true;
        outcomes.settleAll(Trouble.outcome(step, refusal, wire.peer()));
        return true;
      }
    }
    if (!beforeFinalDot.getAsBoolean()) {
      endsSession = true;
      return false;
    }
    step = Step.LAST_CHUNK;
    taken(chunks.sendLast());
    return true;
  }

  private void taken(SmtpReply reply) {
    needsReset = step == Step.LAST_CHUNK && !reply.isPositive();
    endsSession = Trouble.endsSession(step, reply);
    Outcome outcome = Trouble.outcome(step, reply, wire.peer());
    outcomes.settleAll(
        outcome instanceof Outcome.Delivered(Cause by, boolean _)
            ? new Outcome.Delivered(by, extensions.dsn())
            : outcome);
  }
}
