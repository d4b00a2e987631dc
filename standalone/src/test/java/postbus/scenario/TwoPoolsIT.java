package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** Mail to the world, as the server that receives it sees it. */
class TwoPoolsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  @TempDir static Path folder;
  private static ScriptedSmtpServer world;
  private static TestSite site;
  private static RunningPostbus postbus;

  @BeforeAll
  static void start() throws IOException {
    world =
        ScriptedSmtpServer.start(
            Script.GOOD.offering(
                Script.Extension.PIPELINING,
                Script.Extension.SIZE,
                Script.Extension.EIGHT_BIT_MIME,
                Script.Extension.STARTTLS));
    site = TestSite.in(folder, world.port());
    postbus = RunningPostbus.start(site, folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws IOException {
    postbus.close();
    world.close();
  }

  @Test
  void wikiMailLeavesFromTheBulkAddressUnderItsOwnNameAndWithoutTls() throws Exception {
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.WIKI_ADDRESS, site.wikiPort())) {
      Dialogue.idIn(appServer.mail("wiki@wikimedia.org", "reader@wiki.example", text("reminder")));
    }
    ReceivedMail mail = arrived("reminder");
    assertThat(mail.peer().getHostAddress()).isEqualTo("127.0.0.2");
    assertThat(mail.helo()).isEqualTo("wiki-mail.wikimedia.org");
    assertThat(mail.tls()).isFalse();
  }

  @Test
  void otherMailLeavesFromTheNormalAddressWithTls() throws Exception {
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
      Dialogue.idIn(appServer.mail("wiki@wikimedia.org", "reader@mx.example", text("by the mx")));
    }
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.WIKI_ADDRESS, site.wikiPort())) {
      Dialogue.idIn(appServer.mail("noc@wikimedia.org", "peer@noc.example", text("not by wiki")));
    }
    for (String subject : List.of("by the mx", "not by wiki")) {
      ReceivedMail mail = arrived(subject);
      assertThat(mail.peer().getHostAddress()).isEqualTo("127.0.0.1");
      assertThat(mail.helo()).isEqualTo("mchenry.wikimedia.org");
      assertThat(mail.tls()).isTrue();
    }
  }

  @Test
  void theContentArrivesAsItWasSentBelowOneReceivedField() throws Exception {
    String content =
        "Subject: bytes\r\nX-Odd:\ttabs\t\r\n\r\n..leading dot\r\n\r\n \u00e4 \r\n...\r\nend";
    try (Dialogue here = Dialogue.greeted(TestSite.THIS_HOST, TestSite.THIS_HOST, site.mxPort())) {
      here.send("MAIL FROM:<noc@wikimedia.org> BODY=8BITMIME").says("250");
      here.send("RCPT TO:<peer@bytes.example>").says("250");
      here.send("DATA").says("354");
      here.send(content + "\r\n.").says("250");
    }
    String text = new String(arrived("bytes").content(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(text)
        .startsWith("Received: from client.example.org ([127.0.0.1])")
        .endsWith("\r\n" + content.replace("\r\n..", "\r\n.") + "\r\n");
    assertThat(text.split("Received:")).hasSize(2);
  }

  @Test
  void aRefusedRecipientIsToldToTheSenderByTheNameHeWrote() throws Exception {
    Files.writeString(
        site.folder().resolve("aliases/wikimedia.org"),
        Files.readString(site.folder().resolve("aliases/wikimedia.org"))
            + "\nMoved-On: permfail@secret.example\n");
    try (Dialogue here = Dialogue.greeted(TestSite.THIS_HOST, TestSite.THIS_HOST, site.mxPort())) {
      Dialogue.idIn(here.mail("mark@wikimedia.org", "Moved-ON@wikimedia.org", text("lost")));
    }
    String bounce = await().atMost(LIMIT).until(() -> inMaildirOf("mark"), text -> !text.isEmpty());
    assertThat(bounce)
        .contains("Return-Path: <>", "multipart/report", "Moved-ON@wikimedia.org", "Status: 5.")
        .doesNotContain("secret.example");
  }

  @Test
  void aRecipientWhoCannotBeServedNowIsTriedAgainAloneAndTheOthersAreNot() throws Exception {
    try (Dialogue here = Dialogue.greeted(TestSite.THIS_HOST, TestSite.THIS_HOST, site.mxPort())) {
      here.send("MAIL FROM:<mark@wikimedia.org>").says("250");
      here.send("RCPT TO:<tempfail@both.example>").says("250");
      here.send("RCPT TO:<good@both.example>").says("250");
      here.send("DATA").says("354");
      String id = Dialogue.idIn(here.send(text("half") + "\r\n.").reply());
      assertThat(arrived("half").recipients()).containsExactly("good@both.example");
      await()
          .atMost(LIMIT)
          .until(() ->
              Operator.prints("trace", id, "--data", folder + "/data")
                      .lines()
                      .filter(line -> line.contains("deferred") && line.contains("tempfail@"))
                      .count()
                  >= 2);
      assertThat(world.mails().stream().filter(mail -> mail.text().contains("Subject: half")))
          .hasSize(1);
    }
  }

  @Test
  void sendPrintsTheServersAnswerWithTheId() throws Exception {
    Operator.Answer sent =
        Operator.runs(
            "send",
            "--from",
            "noc@wikimedia.org",
            "--to",
            "a@send.example,b@send.example",
            "--listener",
            "mx",
            "--subject",
            "by hand",
            "--site",
            site.folder().toString());
    assertThat(sent.output()).matches("(?s)250 .*[0-9a-z]{26}\\s*");
    assertThat(sent.status()).isZero();
    assertThat(arrived("by hand").recipients()).contains("a@send.example");
  }

  private static String text(String subject) {
    return "Subject: " + subject + "\r\n\r\nhello";
  }

  private static ReceivedMail arrived(String subject) {
    return await("the mail about " + subject)
        .atMost(LIMIT)
        .until(
            () ->
                world.mails().stream()
                    .filter(mail -> mail.text().contains("Subject: " + subject))
                    .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  private static String inMaildirOf(String account) throws IOException {
    Path mailboxes = folder.resolve("data/mail");
    if (!Files.exists(mailboxes)) {
      return "";
    }
    try (Stream<Path> all = Files.walk(mailboxes)) {
      for (Path mail :
          (Iterable<Path>)
              all.filter(p -> p.toString().matches(".*" + account + ".*/new/.*"))::iterator) {
        return Files.readString(mail);
      }
    }
    return "";
  }
}
