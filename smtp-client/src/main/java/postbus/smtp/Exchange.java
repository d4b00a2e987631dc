package postbus.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import postbus.mail.HeaderField;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.SmtpReply;
import postbus.smtp.Trouble.Step;

/**
 * One mail's commands and their replies. Where PIPELINING is offered, MAIL, RCPT and DATA go in
 * groups (RFC 2920), each small enough that neither side waits for the other to read.
 */
final class Exchange {
  /** Commands sent before their replies are read. */
  private static final int PIPELINED_MAX = 100;

  private final Wire wire;
  private final Extensions extensions;
  private final SmtpWaits waits;
  private final Transaction mail;
  private final @Nullable Outcome[] outcomes;
  private Step step = Step.MAIL;
  private boolean isMailAccepted;
  private boolean isContentWanted;
  private boolean needsReset;
  private boolean endsSession;

  Exchange(Wire wire, Extensions extensions, SmtpWaits waits, Transaction mail) {
    this.wire = wire;
    this.extensions = extensions;
    this.waits = waits;
    this.mail = mail;
    this.outcomes = new Outcome[mail.recipients().size()];
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
      Utf8Need need = new Utf8Need(mail);
      if (!extensions.smtpUtf8() && need.holds()) {
        return ended(Trouble.needsUtf8(wire.server()));
      }
      needsReset = true;
      envelope(need.isDeclared());
      if (endsSession && step == Step.MAIL && isReused) {
        return new Sent.Stale();
      }
      if (isContentWanted && !content(beforeFinalDot)) {
        return new Sent.Abandoned();
      }
      return ended(null);
    } catch (IOException e) {
      endsSession = true;
      return step == Step.MAIL && isReused
          ? new Sent.Stale()
          : ended(Trouble.sessionLost(step, wire.server(), wire.explain(e)));
    }
  }

  /** MAIL, RCPT for all, DATA. */
  private void envelope(boolean isUtf8) throws IOException {
    int commands = mail.recipients().size() + 2;
    int group = extensions.pipelining() ? PIPELINED_MAX : 1;
    for (int from = 0; from < commands; from += group) {
      int to = Math.min(from + group, commands);
      if (from > 0 && (!isMailAccepted || from == commands - 1 && !isAnyoneLeft())) {
        return;
      }
      for (int i = from; i < to; i++) {
        wire.write(command(i, isUtf8));
      }
      for (int i = from; i < to; i++) {
        onReply(i);
        if (endsSession) {
          return;
        }
      }
    }
  }

  private String command(int index, boolean isUtf8) {
    if (index > mail.recipients().size()) {
      return "DATA";
    }
    return index == 0
        ? mailCommand(isUtf8)
        : "RCPT TO:<" + mail.recipients().get(index - 1).address() + ">";
  }

  private String mailCommand(boolean isUtf8) {
    StringBuilder line = new StringBuilder("MAIL FROM:<");
    line.append(mail.reversePath().text()).append('>');
    if (extensions.size()) {
      long added = mail.added().stream().mapToLong(field -> field.toString().length()).sum();
      line.append(" SIZE=").append(mail.body().size() + added);
    }
    if (extensions.eightBitMime() && mail.body().eightBit()) {
      line.append(" BODY=8BITMIME");
    }
    if (extensions.smtpUtf8() && isUtf8) {
      line.append(" SMTPUTF8");
    }
    return line.toString();
  }

  private void onReply(int index) throws IOException {
    boolean isData = index > mail.recipients().size();
    if (index > 0) {
      step = isData ? Step.DATA : Step.RCPT;
    }
    SmtpReply reply = wire.reply(isData ? waits.data() : waits.command());
    endsSession = Trouble.endsSession(step, reply);
    boolean agrees = Trouble.agrees(step, reply);
    if (isData) {
      isContentWanted = agrees;
    }
    if (index == 0) {
      isMailAccepted = agrees;
    }
    if (!agrees) {
      Outcome outcome = Trouble.outcome(step, reply, wire.server());
      if (step == Step.RCPT && !endsSession) {
        settle(index - 1, outcome);
      } else {
        settleAll(outcome);
      }
    }
  }

  /** False if it was abandoned before the final dot. */
  private boolean content(BooleanSupplier beforeFinalDot) throws IOException {
    DotStuffing out = new DotStuffing(wire.content(waits.block()));
    boolean isWanted = isAnyoneLeft();
    if (isWanted) {
      if (!copy(out)) {
        return true;
      }
      if (!beforeFinalDot.getAsBoolean()) {
        endsSession = true;
        return false;
      }
    }
    step = Step.FINAL_DOT;
    out.end();
    SmtpReply reply = wire.reply(waits.finalDot());
    needsReset = false;
    endsSession = Trouble.endsSession(step, reply);
    settleAll(Trouble.outcome(step, reply, wire.server()));
    return true;
  }

  /** False if the content could not be read: then only closing the connection can end it. */
  private boolean copy(DotStuffing out) throws IOException {
    try (InputStream content = mail.content().open()) {
      for (HeaderField field : mail.added()) {
        out.write(field.toString().getBytes(StandardCharsets.UTF_8));
      }
      content.transferTo(out);
    } catch (IOException e) {
      if (out.hasFailed()) {
        throw e;
      }
      endsSession = true;
      settleAll(Trouble.unreadable("the content cannot be read: " + e.getMessage()));
      return false;
    }
    out.flush();
    return true;
  }

  private boolean isAnyoneLeft() {
    return Arrays.stream(outcomes).anyMatch(outcome -> outcome == null);
  }

  private void settleAll(Outcome outcome) {
    for (int i = 0; i < outcomes.length; i++) {
      settle(i, outcome);
    }
  }

  /** The first outcome stays. */
  private void settle(int recipient, Outcome outcome) {
    if (outcomes[recipient] == null) {
      outcomes[recipient] = outcome;
    }
  }

  private Sent.Ended ended(@Nullable Outcome forTheRest) {
    List<Sent.Result> results = new ArrayList<>(outcomes.length);
    List<Recipient> recipients = mail.recipients();
    for (int i = 0; i < outcomes.length; i++) {
      Outcome outcome = outcomes[i] == null ? forTheRest : outcomes[i];
      if (outcome == null) {
        throw new IllegalStateException("no outcome for " + recipients.get(i));
      }
      results.add(new Sent.Result(recipients.get(i), outcome));
    }
    return new Sent.Ended(results);
  }
}
