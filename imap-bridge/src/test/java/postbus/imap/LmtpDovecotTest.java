package postbus.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static postbus.imap.DovecotRig.LONG;
import static postbus.imap.DovecotRig.PASSWORD;
import static postbus.imap.DovecotRig.end;
import static postbus.imap.DovecotRig.from;
import static postbus.imap.DovecotRig.last;
import static postbus.imap.DovecotRig.lmtp;
import static postbus.imap.DovecotRig.mail;
import static postbus.imap.DovecotRig.port;
import static postbus.imap.DovecotRig.read;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.Mail;
import postbus.mail.Event.What;
import postbus.mail.HeaderField;
import postbus.site.Place;
import postbus.testkit.DovecotServer;

/** A real Dovecot takes mails by LMTP, and they are read over IMAP. */
class LmtpDovecotTest {
  private static final String JANE = "jane@example.org";
  private static final String JOE = "joe@example.org";
  private static final String FULL = "full@example.org";
  private static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";
  private static final int USERS = 4;
  private static DovecotServer dovecot;

  @TempDir private Path data;
  private DovecotRig rig;
  private LmtpWay way;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
    dovecot = DovecotServer.start();
    dovecot.account(JANE, PASSWORD);
    dovecot.account(JOE, PASSWORD);
    dovecot.account(FULL, PASSWORD, "userdb_quota_rule=*:bytes=1000");
    for (int i = 0; i < USERS; i++) {
      dovecot.account(user(i), PASSWORD);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (dovecot != null) {
      dovecot.close();
    }
  }

  @BeforeEach
  void connect() throws Exception {
    rig = new DovecotRig(data);
    way = rig.by(lmtp(port(dovecot.lmtpPort()), 4, LONG));
  }

  @AfterEach
  void disconnect() {
    if (way != null) {
      way.stop(LONG);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CONTENT,
        "Subject: no body\r\n\r\n",
        "Subject: no end\r\n\r\nend",
        "Subject: dots\r\n\r\n.\r\n..\r\n.dot\r\n\r\n.\r\n",
        "Subject: lone\r\n\r\none\rtwo\nthree\n.\nfour\r\r\nfive\r",
        "Subject: 8bit\r\n\r\n\u00fc\u00ff\u0080 \u00e4\r\n",
        "Subject: mbox\r\n\r\nFrom me\r\n>From me\r\n",
        "no header at all\r\n",
      })
  void aContentIsReadAsItCameButForLoneLineEnds(String content) throws Exception {
    rig.deliver(way, mail(content, JANE));
    assertThat(last(dovecot, JANE)).endsWith(mended(content)).startsWith("Return-Path: ");
  }

  @Test
  void longLinesAndLargeContentsAreReadAsTheyCame() throws Exception {
    String line = "x".repeat(60_000);
    rig.deliver(way, mail("Subject: long\r\nX-Long: " + line + "\r\n\r\n" + line, JANE));
    assertThat(last(dovecot, JANE)).endsWith("X-Long: " + line + "\r\n\r\n" + line + "\r\n");

    String large = "Subject: large\r\n\r\n" + "0123456789 \u00fc\r\n".repeat(400_000);
    rig.deliver(way, rig.stored("large", large.getBytes(ISO_8859_1), JOE));
    try (Stream<Path> files = Files.list(dovecot.maildir(JOE).resolve("new"))) {
      // To read it over TLS would take this JVM, which is tuned for fast starts, many seconds.
      assertThat(files.map(LmtpDovecotTest::text))
          .anyMatch(text -> text.endsWith(large.replace("\r\n", "\n")));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As ARCHITECTURE.md has it of the second window: Dovecot does not know that it has a mail. */
  @Test
  void aMailWhoseOutcomeWasLostByAKillIsThereTwiceUnderTheSameId() throws Exception {
    dovecot.account("ann@example.org", PASSWORD);
    Mail mail = mail(CONTENT, "ann@example.org");
    HeaderField ours = new HeaderField("Received", "by mx id " + mail.envelope().id());
    Mail received = new Mail(mail.envelope().adding(List.of(ours)), mail.content());
    rig.deliver(way, received);
    // As if the kill had come before the outcome was recorded.
    rig.deliver(way, received);

    assertThat(read(dovecot, "ann@example.org"))
        .hasSize(2)
        .allMatch(text -> text.endsWith("id " + mail.envelope().id() + "\r\n" + CONTENT));
  }

  @Test
  void dovecotSaysWhoSentItAndToWhom() throws Exception {
    Mail mail = from("", CONTENT, "Jane@example.org");
    HeaderField ours = new HeaderField("Received", "from a\r\n by b");
    rig.deliver(way, new Mail(mail.envelope().adding(List.of(ours)), mail.content()));
    assertThat(last(dovecot, JANE))
        .matches(
            "(?s)Return-Path: <>\r\nDelivered-To: jane@example.org\r\nReceived: from mx\\.ex.*"
                + "\r\nReceived: from a\r\n by b\r\nSubject: hello\r\n\r\nbody\r\n");

    rig.deliverAll(way, mail(CONTENT, JANE, JOE));
    for (String each : List.of(JANE, JOE)) {
      assertThat(last(dovecot, each))
          .startsWith(
              "Return-Path: <sender@example.net>\r\nDelivered-To: " + each + "\r\nReceived: ")
          .endsWith(CONTENT);
    }
  }

  @Test
  void eachRecipientOfATransactionHasItsOwnOutcome() throws Exception {
    shareTransactions(port(dovecot.lmtpPort()), 4);
    String large = "Subject: large\r\n\r\n" + "x".repeat(2000) + "\r\n";
    HandTaken.Recorded recorded =
        rig.deliver(way, mail(large, JANE, "nobody@example.org", FULL, JOE));

    assertThat(recorded.story())
        .containsExactly(
            What.DELIVERED, What.DELIVERED, What.DEFERRED, What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(new String(recorded.mails.getFirst().mail().content(), ISO_8859_1))
        .contains("Status: 5.1.1")
        .contains("nobody@example.org")
        .doesNotContain("Final-Recipient: rfc822; full@");
    assertThat(recorded.retries.getFirst().mail().envelope().recipients())
        .singleElement()
        .asString()
        .contains(FULL);
    assertThat(recorded.events.get(2).detail()).contains(".2.2").contains("Quota exceeded");
    assertThat(last(dovecot, JOE)).endsWith(large);
  }

  @Test
  void aThousandMailsToSeveralGoOverFewSessionsToASocket() throws Exception {
    shareTransactions(new Place.Socket(dovecot.lmtpSocket()), 5);
    long before = sessions();
    List<HandTaken> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      HandTaken taken =
          rig.take(
              way,
              i % 4 == 0
                  ? mail(CONTENT, user(i), user(i + 1), user(i + 2))
                  : mail("Subject: " + i + "\r\n\r\n", user(i)));
      taken.ended.whenComplete((_, _) -> taken.recording.complete(null));
      all.add(taken);
    }
    for (HandTaken each : all) {
      assertThat(end(each).story()).containsOnly(What.DELIVERED);
    }
    int count = 0;
    for (int i = 0; i < USERS; i++) {
      count += read(dovecot, user(i)).size();
    }
    assertThat(count).isEqualTo(1500);
    assertThat(sessions() - before).isLessThanOrEqualTo(5);
  }

  private void shareTransactions(Place place, int sessions) {
    way.stop(LONG);
    way = rig.by(lmtp(place, sessions, 10, LONG));
  }

  private static String user(int i) {
    return "user" + i % USERS + "@example.org";
  }

  private static long sessions() throws Exception {
    return dovecot.process().lines().stream()
        .filter(line -> line.contains("lmtp(") && line.contains(": Connect from "))
        .count();
  }

  private static String mended(String content) {
    String even = content.replaceAll("\r\n|\r|\n", "\r\n");
    return even.endsWith("\r\n") ? even : even + "\r\n";
  }
}
