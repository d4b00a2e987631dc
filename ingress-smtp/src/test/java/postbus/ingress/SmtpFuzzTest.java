package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.mail.SmtpReply;
import postbus.site.Manners;
import postbus.site.SessionLimits;
import postbus.site.Site;

/**
 * A million commands: random lines with random faults, and good sessions that were spoiled. Each
 * session is read whole and in random pieces, which must make the same story; what else is checked
 * is {@link FuzzedSession}'s. {@code -Dfuzz.seed=N} tells a story again.
 */
class SmtpFuzzTest {
  private static final int COMMANDS = 500_000;
  private static final InetAddress[] CLIENTS = {Sites.APP_SERVER, Sites.OUTSIDER, Sites.FILTER};
  private static final String[] LISTENERS = {
    "never", "never", "proxied-required", "submission", "submissions", "either"
  };
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
    "XCLIENT ADDR=127.0.3.1 HELO=x+41.example PROTO=ESMTP",
    "XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1",
    "RSET",
    "NOOP",
    "VRFY x",
    "EXPN x",
    "HELP",
    "STARTTLS",
    "EHLO a.example\r\nAUTH PLAIN AGphbmVAYS5leGFtcGxlAHNlY3JldA==\r\nMAIL FROM:<a@b.example>\r\n"
        + "RCPT TO:<c@d.example>\r\nDATA\r\nx\r\n.",
    "EHLO a.example\r\nAUTH PLAIN AGphbmVAYS5leGFtcGxlAHNlY3JldA==",
    "AUTH PLAIN\r\namFuZQBqYW5lAHNlY3JldA==",
    "AUTH LOGIN\r\namFuZQ==\r\nc2VjcmV0",
    "auth login amFuZQ==\r\n*",
    "AUTH PLAIN =",
    "MAIL FROM:<a@b.example> AUTH=x+40b.example",
    "c2VjcmV0",
    "QUIT",
    "a: b\r\n\r\ncontent\r\n.",
    ".",
    "..",
    "x\n.\r\ny\r\n."
  };

  /** Good sessions, of lines without their ends. */
  private static final String[][] SESSIONS = {
    {
      "EHLO app.example",
      "MAIL FROM:<wiki@wikimedia.org> SIZE=300 BODY=8BITMIME",
      "RCPT TO:<user@example.org>",
      "DATA",
      "From: wiki@wikimedia.org",
      "Subject: caf\u00c3\u00a9",
      "",
      "..a dot",
      "text",
      ".",
      "QUIT"
    },
    {
      "HELO old.example",
      "MAIL FROM:<>",
      "RCPT TO:<Postmaster>",
      "RCPT TO:<a@example.org>",
      "DATA",
      "Received: from a by b",
      "received: from b by c",
      "",
      "bounce",
      ".",
      "RSET",
      "MAIL FROM:<b@example.org>",
      "RCPT TO:<c@example.org>",
      "DATA",
      "",
      ".",
      "QUIT"
    },
    {
      "EHLO [IPv6:2001:db8::1]",
      "MAIL FROM:<a@example.org> RET=HDRS ENVID=x+2By SMTPUTF8",
      "RCPT TO:<b@example.org> NOTIFY=NEVER ORCPT=rfc822;b@example.org",
      "BDAT 12",
      "Subject: x",
      "BDAT 9",
      "",
      "a.",
      ".b",
      "BDAT 7 LAST",
      "",
      "end",
      "NOOP",
      "QUIT"
    },
    {
      "EHLO laptop.example",
      "AUTH LOGIN",
      "amFuZUBleGFtcGxlLm9yZw==",
      "c2VjcmV0",
      "AUTH PLAIN",
      "AGphbmUAc2VjcmV0",
      "AUTH PLAIN",
      "*",
      "MAIL FROM:<jane@example.org> AUTH=<>",
      "RCPT TO:<b@example.net>",
      "DATA",
      "x: y",
      "",
      "z",
      ".",
      "QUIT"
    },
    {
      "EHLO filter.example",
      "XCLIENT NAME=spike.example ADDR=192.0.2.7 PORT=4711 PROTO=ESMTP",
      "EHLO spike.example",
      "MAIL FROM:<a@example.org>",
      "RCPT TO:<b@example.org>",
      "DATA",
      "x: y",
      "",
      "z",
      ".",
      "QUIT"
    }
  };

  /** What parsers trip over. */
  private static final String[] TRAPS = {
    "\r",
    "\n",
    "\0",
    ".",
    "\r\n.\r\n",
    "\n.\n",
    "\r\n.\n",
    "\r.\r",
    " ",
    "<",
    ">",
    "@",
    "\u00ff",
    "\r\n"
  };

  @TempDir private Path folder;
  private final Set<SmtpReply> wellFormed = new HashSet<>();
  private final Site site = Sites.speakingTls(withoutErrorLimit(), Path.of("."));
  private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private ContentStore store;
  private int commands;
  private int mails;
  private int accountMails;

  @Test
  void randomLines() throws IOException {
    runs("random lines", this::randomSession);
  }

  @Test
  void goodSessionsThatWereSpoiled() throws IOException {
    runs("spoiled sessions", this::spoiledSession);
  }

  private interface Octets {
    byte[] next();
  }

  private void runs(String what, Octets sessions) throws IOException {
    System.out.printf("fuzz: %s, -Dfuzz.seed=%d%n", what, seed);
    store = new ContentFolder(folder);
    while (commands < COMMANDS) {
      byte[] octets = sessions.next();
      try {
        sameStoryHoweverItIsCut(octets);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("-Dfuzz.seed=" + seed + ": " + new String(octets, ISO_8859_1), e);
      }
    }
    assertThat(mails).as("mails, so that all of it was tried").isGreaterThan(COMMANDS / 200);
    assertThat(accountMails).as("mails of accounts").isGreaterThan(COMMANDS / 10_000);
  }

  private void sameStoryHoweverItIsCut(byte[] octets) {
    Origin client = Origin.of(CLIENTS[random.nextInt(CLIENTS.length)]);
    long answers = random.nextLong();
    String listener = LISTENERS[random.nextInt(LISTENERS.length)];
    FuzzedSession whole = session(listener, client, answers);
    whole.feed(octets, 0, octets.length);
    FuzzedSession cut = session(listener, client, answers);
    int most = random.nextInt(4) == 0 ? 1 : 200;
    for (int from = 0; from < octets.length && cut.isOpen(); ) {
      int to = Math.min(octets.length, from + 1 + random.nextInt(most));
      cut.feed(octets, from, to);
      from = to;
    }
    assertThat(cut.story()).as("what came of it in pieces").isEqualTo(whole.story());
    for (FuzzedSession told : new FuzzedSession[] {whole, cut}) {
      commands += told.commands();
      mails += told.mails();
      accountMails += told.accountMails();
      told.close();
    }
  }

  private FuzzedSession session(String listener, Origin client, long answers) {
    return new FuzzedSession(site, listener, client, store, answers, wellFormed);
  }

  private byte[] randomSession() {
    ByteArrayOutputStream session = new ByteArrayOutputStream();
    for (int i = random.nextInt(60); i >= 0; i--) {
      byte[] line = (LINES[random.nextInt(LINES.length)] + "\r\n").getBytes(ISO_8859_1);
      if (random.nextInt(8) == 0) {
        for (int k = random.nextInt(3); k >= 0; k--) {
          line[random.nextInt(line.length)] = (byte) random.nextInt(256);
        }
      }
      session.writeBytes(random.nextInt(40) == 0 ? Arrays.copyOf(line, line.length * 40) : line);
    }
    return session.toByteArray();
  }

  private byte[] spoiledSession() {
    List<String> lines = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      lines.addAll(List.of(SESSIONS[random.nextInt(SESSIONS.length)]));
      if (random.nextInt(3) > 0) {
        lines.removeLast();
      }
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      spoil(lines);
    }
    return (String.join("\r\n", lines) + "\r\n").getBytes(ISO_8859_1);
  }

  private void spoil(List<String> lines) {
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    int inside = random.nextInt(line.length() + 1);
    switch (random.nextInt(6)) {
      case 0 -> lines.add(at, lines.get(random.nextInt(lines.size())));
      case 1 -> lines.set(at, lines.set(random.nextInt(lines.size()), line));
      case 2 -> lines.set(at, line.substring(inside));
      case 3 -> lines.set(at, line + line.repeat(random.nextInt(60)));
      default ->
          lines.set(
              at,
              line.substring(0, inside)
                  + TRAPS[random.nextInt(TRAPS.length)]
                  + line.substring(inside));
    }
  }

  private static SessionLimits withoutErrorLimit() {
    SessionLimits of = Sites.small();
    Manners manners = of.manners();
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
        of.diskFreeMin(),
        new Manners(1 << 10, 20, 4, manners.dataRateMin(), manners.dataRateWindow()));
  }
}
