package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stranger may do here: write to people who exist, and nothing else. */
class OutsidersIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static TestSite site;
  private static RunningPostbus postbus;

  @BeforeAll
  static void start() throws IOException {
    site = TestSite.in(folder, 9);
    postbus = RunningPostbus.start(site, folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws IOException {
    postbus.close();
  }

  @Test
  void aMailForAnAccountArrivesInItsMaildirAfterAVerdict() throws Exception {
    String reply;
    try (Dialogue outsider = outsider(TestSite.THIS_HOST, site.mxPort())) {
      reply =
          outsider.mail(
              "someone@example.org", "Jimbo@wikimedia.org", "Subject: hello\r\n\r\n..dot\r\nbye");
    }
    String id = Dialogue.idIn(reply);
    assertThat(Arrivals.awaitMail(folder.resolve("data"), id))
        .contains("Return-Path: <someone@example.org>")
        .contains("id " + id)
        .endsWith("Subject: hello\r\n\r\n.dot\r\nbye\r\n");
    // Its end is recorded after it is in the mailbox, and a busy machine may be asked again.
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          String story = Operator.prints("trace", id, "--data", folder.resolve("data").toString());
          assertThat(
                  story
                      .lines()
                      .map(line -> line.replaceAll(".*(accepted|routed|delivered).*", "$1")))
              .as(story)
              .containsSubsequence("accepted", "routed", "delivered");
        });
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(
                    Operator.prints(
                        "trace", "jimbo@wikimedia.org", "--json", "--data", folder + "/data"))
                .contains("\"mail\":\"" + id + "\"", "\"what\":\"DELIVERED\""));
  }

  @Test
  void anUnknownRecipientIsRefusedAtRcpt() throws Exception {
    try (Dialogue outsider = outsider(TestSite.THIS_HOST, site.mxPort())) {
      outsider.send("MAIL FROM:<someone@example.org>").says("250");
      outsider.send("RCPT TO:<nobody-here@wikimedia.org>").says("550");
      outsider.send("RCPT TO:<jimbo@wikimedia.org>").says("250");
    }
  }

  @Test
  void nothingIsRelayedForThem() throws Exception {
    try (Dialogue outsider = outsider(TestSite.THIS_HOST, site.mxPort())) {
      outsider.send("MAIL FROM:<wiki@wikimedia.org>").says("250");
      assertThat(outsider.send("RCPT TO:<victim@example.net>").says("550")).contains("relay");
      outsider.send("RCPT TO:<victim%example.net@wikimedia.org>").says("550");
    }
  }

  /** As nmap's smtp-open-relay tries them: routes, quotes, percents and bangs. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          ``                             , relaytest@nmap.example
          antispam@nmap.example          , relaytest@nmap.example
          antispam@mchenry.wikimedia.org , relaytest@nmap.example
          antispam@[127.0.0.1]           , relaytest@nmap.example
          antispam@[127.0.0.1]           , relaytest%nmap.example@[127.0.0.1]
          antispam@[127.0.0.1]           , relaytest%nmap.example@mchenry.wikimedia.org
          antispam@[127.0.0.1]           , "relaytest@nmap.example"
          antispam@[127.0.0.1]           , "relaytest%nmap.example"
          antispam@[127.0.0.1]           , relaytest@nmap.example@[127.0.0.1]
          antispam@[127.0.0.1]           , "relaytest@nmap.example"@[127.0.0.1]
          antispam@[127.0.0.1]           , relaytest@nmap.example@mchenry.wikimedia.org
          antispam@[127.0.0.1]           , @[127.0.0.1]:relaytest@nmap.example
          antispam@[127.0.0.1]           , @mchenry.wikimedia.org:relaytest@nmap.example
          antispam@[127.0.0.1]           , nmap.example!relaytest
          antispam@[127.0.0.1]           , nmap.example!relaytest@[127.0.0.1]
          antispam@[127.0.0.1]           , nmap.example!relaytest@mchenry.wikimedia.org
          someone@example.org            , "relaytest@nmap.example"@wikimedia.org
          someone@example.org            , nmap.example!relaytest@wikimedia.org
          someone@example.org            , |relaytest@wikimedia.org
          someone@example.org            , /tmp/relaytest@wikimedia.org
          someone@example.org            , .relaytest@wikimedia.org
          someone@example.org            , `@a.example,@b.example:relaytest@nmap.example`
          """)
  void noWayOfWritingItIsARelay(String sender, String recipient) throws Exception {
    try (Dialogue outsider = outsider(TestSite.THIS_HOST, site.mxPort())) {
      outsider.send("MAIL FROM:<" + sender + ">").says("250");
      outsider.send("RCPT TO:<" + recipient + ">").says("5");
      outsider.send("DATA").says("5");
    }
  }

  @Test
  void theWikiMailListenerIsClosedToThem() throws Exception {
    try (Dialogue outsider =
        Dialogue.open(TestSite.OUTSIDER, TestSite.WIKI_ADDRESS, site.wikiPort())) {
      outsider.says("554");
    }
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.WIKI_ADDRESS, site.wikiPort())) {
      appServer.send("QUIT").says("221");
    }
  }

  @Test
  void aSavedAliasCountsForTheNextMail() throws Exception {
    try (Dialogue outsider = outsider(TestSite.THIS_HOST, site.mxPort())) {
      outsider.send("MAIL FROM:<someone@example.org>").says("250");
      outsider.send("RCPT TO:<brand-new@wikimedia.org>").says("550");
      Path aliases = site.folder().resolve("aliases/wikimedia.org");
      Files.writeString(aliases, Files.readString(aliases) + "\nbrand-new: jimbo\n");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> outsider.send("RCPT TO:<brand-new@wikimedia.org>").reply().startsWith("250"));
    }
  }

  @Test
  void whoIsNotInTheLogHasNoStory() throws Exception {
    Operator.Answer answer =
        Operator.runs("trace", "never-seen@example.org", "--data", folder + "/data");
    assertThat(answer.status()).isEqualTo(1);
    assertThat(List.of(answer.output().split("\n"))).hasSize(1);
  }

  private static Dialogue outsider(String to, int port) throws IOException {
    return Dialogue.greeted(TestSite.OUTSIDER, to, port);
  }
}
