package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.bucket.S3Server;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** Large mail whose content is in a bucket of S3, from one end of Postbus to the other. */
class ContentsInS3IT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Between the command that names {@code slow@} and the content. */
  private static final Duration SLOWNESS = Duration.ofSeconds(2);

  private static final String LINE = "a line of a large mail ".repeat(3) + "\r\n";

  /** 600 KB, above what a record holds. */
  private static final String LARGE = LINE.repeat(8_500) + "its end";

  /** 10 MB, more than a part of an upload. */
  private static final String HUGE = LINE.repeat(140_000) + "its end";

  @TempDir static Path folder;
  private static S3Server s3;
  private static ScriptedSmtpServer world;
  private static TestSite site;
  private static RunningPostbus postbus;

  @BeforeAll
  static void start() throws IOException {
    s3 = S3Server.begin();
    world = ScriptedSmtpServer.start(Script.GOOD.slowness(SLOWNESS));
    site = TestSite.in(folder, world.port());
    postbus = RunningPostbus.begin(site, folder.resolve("data"), s3.settings());
    postbus.awaitReady();
  }

  @AfterAll
  static void stop() throws IOException {
    postbus.close();
    world.close();
    s3.close();
  }

  @Test
  void whileS3IsAwayLargeMailWaitsAndNothingIsLostDoubledOrBounced() throws Exception {
    String huge = send("huge", HUGE, "huge@world.example");
    await().atMost(LIMIT).until(() -> arrived("huge"), Optional::isPresent);
    assertThat(arrived("huge").orElseThrow()).endsWith(HUGE + "\r\n");
    assertThat(s3.has("postbus/" + huge)).isTrue();

    try (NumberedMails load = new NumberedMails(site, 0, n -> n % 10 == 0 ? LARGE : "small")) {
      load.from(TestSite.THIS_HOST, ContentsInS3IT::recipient);
      load.from(TestSite.THIS_HOST, ContentsInS3IT::recipient);
      await().atMost(LIMIT).until(() -> load.accepted().size() > 40);
      // Its content is looked at before its recipient is named, and gone when it is to leave.
      String slow = send("slow", LARGE, "tempfail@world.example", "slow@world.example");
      s3.goAway();
      int before = load.accepted().size();
      await().atMost(LIMIT).until(() -> trace(slow).contains("the content cannot be read now"));
      await().atMost(LIMIT).until(() -> load.accepted().size() > before + 20);
      assertThat(reply("too large now", LARGE, "any@world.example")).startsWith("451 4.3.0");
      s3.comeBack();
      await().atMost(LIMIT).until(() -> arrived("slow"), Optional::isPresent);
      load.end();

      TreeSet<Integer> accepted = new TreeSet<>(load.accepted().keySet());
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(() -> assertThat(all().times()).containsOnlyKeys(accepted));
      assertThat(all().doubled()).isZero();
      assertThat(trace(slow))
          .doesNotContain("bounced", "dead-letter", "s3:")
          .containsOnlyOnce("delivered");
    }
    assertThat(world.mails()).noneMatch(mail -> mail.mailLine().contains("<>"));
    assertThat(postbus.output())
        .contains("ALARM: s3://mail-contents/postbus: ", "s3://mail-contents/postbus answers again")
        .doesNotContain("dead letter");
  }

  /** Half of them are for a mailbox here, large ones too. */
  private static String recipient(int number) {
    return number % 20 < 10 ? "jimbo@wikimedia.org" : "good@world.example";
  }

  private static Arrivals all() {
    return Arrivals.at(world).and(Arrivals.inMailboxes(folder.resolve("data")));
  }

  private static String send(String subject, String body, String... recipients) throws IOException {
    return Dialogue.idIn(reply(subject, body, recipients));
  }

  /** The reply to the final dot. */
  private static String reply(String subject, String body, String... recipients)
      throws IOException {
    try (Dialogue here = Dialogue.greeted(TestSite.THIS_HOST, TestSite.THIS_HOST, site.mxPort())) {
      here.send("MAIL FROM:<" + NumberedMails.SENDER + ">").says("250");
      for (String recipient : recipients) {
        here.send("RCPT TO:<" + recipient + ">").says("250");
      }
      here.send("DATA").says("354");
      return here.send("Subject: " + subject + ".\r\n\r\n" + body + "\r\n.").reply();
    }
  }

  private static Optional<String> arrived(String subject) {
    return world.mails().stream()
        .map(mail -> mail.text())
        .filter(text -> text.contains("Subject: " + subject + "."))
        .findFirst();
  }

  private static String trace(String id) throws Exception {
    return Operator.prints("trace", id, "--data", folder.resolve("data").toString());
  }
}
