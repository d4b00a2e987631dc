package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentStore;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;
import postbus.site.Site;

/**
 * Random sessions, of commands with random faults, cut anywhere. Whatever is said, each command has
 * one reply, nothing throws, and no content is acknowledged that was not durable.
 */
class SmtpFuzzTest {
  private static final int COMMANDS = 200_000;
  private static final int SEED = 2007;
  private static final Pattern REPLY = Pattern.compile("([2-5]\\d\\d[ -][ -~]*\r\n)+");
  private static final SmtpReply QUEUED = SmtpReply.of(250, "2.0.0", "Ok: queued as fuzz");
  private static final String[] LINES = {
    "EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nx\r\n.",
    "EHLO app.example",
    "HELO [127.0.0.1]",
    "MAIL FROM:<a@b.example>",
    "MAIL FROM:<> SIZE=100",
    "MAIL FROM:<\u00c3\u00bc@b.example> SMTPUTF8 BODY=8BITMIME",
    "RCPT TO:<c@d.example>",
    "RCPT TO:<\"q \\\" x\"@[IPv6:::1]>",
    "RCPT TO:<postmaster>",
    "MAIL FROM:<a@b.example> RET=FULL ENVID=+41x",
    "RCPT TO:<c@d.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2Bc@d.example",
    "DATA",
    "DATA",
    "BDAT 8\r\nx: y\r\n\r\nBDAT 3 LAST\r\n.\r",
    "BDAT 5\r\nfoo",
    "BDAT 0 LAST",
    "BDAT 77",
    "RSET",
    "NOOP",
    "VRFY x",
    "EXPN x",
    "HELP",
    "QUIT",
    "a: b\r\n\r\ncontent\r\n.",
    ".",
    "..",
    "x\n.\r\ny\r\n."
  };

  @TempDir private Path folder;
  private ContentStore store;
  private final Random random = new Random(SEED);
  private final Site site = Sites.of(withoutErrorLimit());
  private final CommandParser parser = new CommandParser(site.primaryHostname(), true);
  private int commands;
  private int mails;

  @Test
  void randomSessions() throws IOException {
    store = new ContentStore(folder);
    while (commands < COMMANDS) {
      new Dialogue().run();
    }
    assertThat(mails).isGreaterThan(COMMANDS / 200);
  }

  /** One session without a socket. */
  private final class Dialogue {
    private final SmtpSession session =
        new SmtpSession(
            site,
            site.listeners().get("mx"),
            Origin.of(random.nextBoolean() ? Sites.APP_SERVER : Sites.OUTSIDER),
            () -> random.nextInt(20) > 0);
    private final CommandLines lines = new CommandLines(parser, site.sessions().commandLineMax());
    private final InputBuffer input = new InputBuffer();
    private final Contents contents =
        new Contents(site.sessions(), new OctetBudget(1 << 20), store);
    private boolean open;
    private boolean durable;

    void run() {
      say(session.onConnect(false));
      for (int i = 0; open && i < 60; i++) {
        byte[] octets = octets();
        int cut = random.nextInt(octets.length + 1);
        feed(Arrays.copyOf(octets, cut));
        feed(Arrays.copyOfRange(octets, cut, octets.length));
      }
    }

    private void feed(byte[] octets) {
      if (octets.length > 0) {
        input.append(octets);
      }
      boolean more = true;
      while (more && open && input.size() > 0) {
        more = contents.isReading() ? content() : command();
      }
    }

    private boolean command() {
      Optional<Command> command = lines.next(input);
      command.ifPresent(said -> {
        commands++;
        on(session.on(said));
        discardChunks();
      });
      return command.isPresent();
    }

    private boolean content() {
      switch (contents.read(input)) {
        case MORE -> {}
        case CHUNK -> {
          on(session.onChunk(contents.refusal()));
          discardChunks();
        }
        case SKIPPED_CHUNK -> on(session.onChunkSkipped());
        case WHOLE -> on(session.onContentEnd(contents.finish()));
        case ENDLESS -> on(session.onEnd(Replies.WILL_NOT_END));
      }
      return true;
    }

    private void discardChunks() {
      if (!session.isGathering()) {
        contents.discardChunks();
      }
    }

    /** Follows the steps until the session has said something. */
    private void on(Step step) {
      switch (step) {
        case Step.Say _ -> say(step);
        case Step.AskRecipient _ ->
            on(
                session.onRecipientAnswer(
                    random.nextBoolean() ? Replies.RECIPIENT_OK : Replies.RECIPIENT_UNKNOWABLE));
        case Step.BeginContent(SmtpReply goAhead, var id) -> {
          contents.beginData(id);
          assertThat(goAhead.code()).isEqualTo(354);
        }
        case Step.ReadChunk(var id, long octets, boolean isLast) -> {
          contents.beginChunk(id, octets, isLast);
          begunChunk(octets);
        }
        case Step.SkipChunk(long octets) -> {
          contents.skipChunk(octets);
          begunChunk(octets);
        }
        case Step.StartTls _ -> throw new AssertionError("TLS is spoken nowhere here");
        case Step.Restart _ -> throw new AssertionError("nobody is a front end here");
        case Step.Submit(var envelope) -> {
          assertThat(envelope.recipients()).isNotEmpty();
          contents.discard();
          durable = random.nextInt(4) > 0;
          mails++;
          on(session.onSubmitted(durable ? QUEUED : Replies.LOG_AWAY));
        }
      }
    }

    private void begunChunk(long octets) {
      if (octets == 0) {
        content();
      }
    }

    private void say(Step step) {
      Step.Say said = (Step.Say) step;
      open = !said.close();
      StringBuilder octets = new StringBuilder();
      ReplyWriter.append(octets, said.reply());
      assertThat(REPLY.matcher(octets).matches()).as("%s", octets).isTrue();
      if (said.reply().equals(QUEUED)) {
        assertThat(durable).isTrue();
        durable = false;
      }
    }
  }

  private byte[] octets() {
    String line = LINES[random.nextInt(LINES.length)];
    byte[] octets = (line + "\r\n").getBytes(ISO_8859_1);
    if (random.nextInt(8) == 0) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
      }
    }
    return random.nextInt(40) == 0 ? Arrays.copyOf(octets, octets.length * 40) : octets;
  }

  private static SessionLimits withoutErrorLimit() {
    SessionLimits of = Sites.small();
    return new SessionLimits(
        of.sizeMax(),
        of.inlineMax(),
        of.recipientsMax(),
        of.commandLineMax(),
        of.textLineMax(),
        Integer.MAX_VALUE,
        of.connectionsMax(),
        of.connectionsPerClientMax(),
        of.greetingPause(),
        of.commandWait(),
        of.dataWait(),
        of.sessionMax(),
        of.recipientWait(),
        of.verdictWait(),
        of.logWait(),
        of.hopsMax(),
        of.manners());
  }
}
