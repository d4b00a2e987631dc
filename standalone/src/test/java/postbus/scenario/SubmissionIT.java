package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.testkit.FreePort;
import postbus.testkit.Peers;
import postbus.testkit.ReceivedMail;
import postbus.testkit.ScriptedSmtpServer;
import postbus.testkit.TestCertificate;

/** People with an account send their mail: to colleagues and to the world. */
class SubmissionIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String MARK = "mark@wikimedia.org";
  private static final String PASSWORD = "correct horse";
  private static final TestCertificate HOST = TestCertificate.of("localhost");
  private static final TestCertificate DKIM = TestCertificate.of("dkim", "RSA");

  @TempDir static Path folder;
  private static ScriptedSmtpServer world;
  private static RunningPostbus postbus;
  private static int submission;
  private static int submissions;

  @BeforeAll
  static void start() throws Exception {
    world = ScriptedSmtpServer.start();
    submission = FreePort.here();
    submissions = FreePort.here();
    TestSite site =
        TestSite.in(folder, world.port())
            .with(
                "listeners:\n",
                """
                submission: {hide-client: yes}
                listeners:
                  submission: {address: "127.0.0.1:%d", tls: required, auth: required}
                  submissions: {address: "127.0.0.1:%d", tls: implicit, auth: required}
                """
                    .formatted(submission, submissions))
            .with(
                "  normal:\n",
                """
                  normal:
                    dkim:
                      people: {domain: wikimedia.org, selector: people, key-file: people.pem}
                """);
    HOST.writeInto(site.folder());
    Files.writeString(site.folder().resolve("people.pem"), DKIM.keyPem());
    Files.writeString(
        site.folder().resolve("accounts"), "jimbo@wikimedia.org\n" + MARK + ":" + ssha512() + "\n");
    append(site.folder().resolve("aliases/wikimedia.org"), "\nrole: mark, jimbo\n");
    postbus = RunningPostbus.start(site, folder.resolve("data"));
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  private static String ssha512() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    byte[] salt = "salt".getBytes(UTF_8);
    digest.update(PASSWORD.getBytes(UTF_8));
    byte[] salted = Arrays.copyOf(digest.digest(salt), digest.getDigestLength() + salt.length);
    System.arraycopy(salt, 0, salted, digest.getDigestLength(), salt.length);
    return "{SSHA512}" + Base64.getEncoder().encodeToString(salted);
  }

  @AfterAll
  static void stop() throws IOException {
    postbus.close();
    world.close();
  }

  private static MailProgram program(boolean implicitTls) {
    return new MailProgram(
        implicitTls ? submissions : submission, implicitTls, HOST, MARK, PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMailArrivesWholeSignedAndWithoutWhatIsNobodysBusiness(boolean implicitTls)
      throws Exception {
    String subject = implicitTls ? "by 465" : "by 587";
    String reply =
        program(implicitTls)
            .sends(
                "role@wikimedia.org",
                List.of("jimbo@wikimedia.org", "peer@world.example", "secret@world.example"),
                """
                From: Mark Bergsma <mark@wikimedia.org>
                To: jimbo@wikimedia.org, peer@world.example
                BCC: secret@world.example,
                  also-secret@world.example
                Subject: %s

                Hi.
                """
                    .formatted(subject)
                    .replace("\n", "\r\n"));
    String id = Dialogue.idIn(reply);
    ReceivedMail outside = arrived(subject);
    String inside = inMaildirOf("jimbo", subject);
    assertThat(outside.recipients())
        .containsExactlyInAnyOrder("peer@world.example", "secret@world.example");
    for (String copy : List.of(outside.text(), inside)) {
      assertThat(copy)
          .contains("Message-ID: <" + id + "@mchenry.wikimedia.org>\r\n")
          .containsPattern("(?m)^Date: \\w{3}, \\d+ \\w{3} \\d{4} [\\d:]{8} \\+0000\r\n")
          .containsPattern(
              "Received: from authenticated-user\r\n\tby mchenry.wikimedia.org with ESMTPSA \\(TLS")
          .contains(" id " + id)
          .endsWith("Subject: " + subject + "\r\n\r\nHi.\r\n")
          .doesNotContain("secret", "127.0.0.1", "localhost", "role@wikimedia.org\r\n\tby");
      assertThat(copy.split("(?m)^(Date|Message-ID|Received):")).hasSize(4);
    }
    assertThat(outside.mailLine()).contains("<role@wikimedia.org>");
    verify(outside);
    assertThat(Operator.prints("trace", id, "--data", folder.resolve("data").toString()))
        .contains("[127.0.0.1] through submission", " as " + MARK);
  }

  /** By dkimpy, with no more of our code. */
  private static void verify(ReceivedMail mail) throws Exception {
    Optional<Path> python = Peers.program("dkim-python");
    assumeTrue(python.isPresent(), "no dkimpy here; ./postbus test gets it");
    byte[] key = DKIM.certificate().getPublicKey().getEncoded();
    Path file = Files.write(folder.resolve("arrived.eml"), mail.content());
    Process process =
        new ProcessBuilder(
                python.get().toString(),
                Path.of(SubmissionIT.class.getResource("verify.py").toURI()).toString(),
                "people._domainkey.wikimedia.org",
                Base64.getEncoder().encodeToString(key),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(said.lines()).containsExactly("from:from:date:message-id:to:subject", "pass");
  }

  @Test
  void nobodyWritesInTheNameOfAnother() throws Exception {
    String theirs = "From: jimbo@wikimedia.org\r\nSubject: forged\r\n\r\nPay.\r\n";
    assertThatThrownBy(() -> send("jimbo@wikimedia.org", theirs)).hasMessageContaining("550 5.7.1");
    assertThatThrownBy(() -> send(MARK, theirs)).hasMessageContaining("550 5.7.1 The From field");
    assertThat(send(MARK, theirs.replace("jimbo", "Role"))).startsWith("250 ");
  }

  private static String send(String sender, String mail) throws Exception {
    return program(false).sends(sender, List.of("peer@world.example"), mail);
  }

  @Test
  void whatCannotBeDeliveredComesBackToTheMailbox() throws Exception {
    program(true)
        .sends(
            MARK,
            List.of("permfail@world.example"),
            "From: mark@wikimedia.org\r\nSubject: lost\r\n\r\nHi.\r\n");
    assertThat(inMaildirOf("mark", "lost"))
        .contains("Return-Path: <>", "multipart/report", "permfail@world.example", "Status: 5.")
        .contains("Message-ID: <");
  }

  @Test
  void nobodySendsWithoutHavingLoggedInAndNobodyLogsInWithoutTls() throws Exception {
    try (Dialogue clear = Dialogue.open(TestSite.THIS_HOST, TestSite.THIS_HOST, submission)) {
      clear.says("220");
      assertThat(clear.send("EHLO pc.example.org").says("250")).doesNotContain("AUTH");
      clear.send("MAIL FROM:<mark@wikimedia.org>").says("530 5.7.0");
      clear.send("AUTH PLAIN AG1hcmsAeA==").says("530 5.7.0");
    }
    MailProgram wrong = new MailProgram(submission, false, HOST, MARK, "wrong");
    assertThatThrownBy(() -> wrong.sends(MARK, List.of("a@b.example"), "From: " + MARK))
        .hasMessageContaining("535 5.7.8");
  }

  private static ReceivedMail arrived(String subject) {
    return await()
        .atMost(LIMIT)
        .until(
            () ->
                world.mails().stream()
                    .filter(mail -> mail.text().contains("Subject: " + subject + "\r\n"))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static String inMaildirOf(String person, String subject) {
    Path mails = folder.resolve("data/mail/wikimedia.org/" + person + "/Maildir/new");
    return await()
        .atMost(LIMIT)
        .until(() -> found(mails, subject), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<String> found(Path mails, String subject) throws IOException {
    if (!Files.exists(mails)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(mails)) {
      for (Path mail : all.toList()) {
        String text = Files.readString(mail);
        if (text.contains("Subject: " + subject + "\r\n")) {
          return Optional.of(text);
        }
      }
    }
    return Optional.empty();
  }
}
