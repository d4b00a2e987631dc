package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.sendmail.Request.Submit;

class CompositionTest {
  private static final ZonedDateTime NOW =
      ZonedDateTime.of(2026, 11, 26, 7, 0, 0, 0, ZoneOffset.ofHours(1));

  @Test
  void whatAMailLacksIsAdded() throws IOException {
    Submission mail = compose("Subject: hi\n\nbody\n", "Jane Doe", "root");

    assertThat(mail.sender()).isEqualTo("jane@host.example.org");
    assertThat(mail.recipients()).containsExactly("root");
    assertThat(text(mail))
        .matches(
            """
            Received: by host.example.org (Postbus sendmail, from userid 33)
            \tid ID; Thu, 26 Nov 2026 07:00:00 +0100
            Subject: hi
            Date: Thu, 26 Nov 2026 07:00:00 +0100
            From: Jane Doe <jane@host.example.org>
            Message-ID: <ID@host.example.org>

            body
            """
                .replace("\n", "\r\n")
                .replaceAll("[()+.]", "\\\\$0")
                .replace("ID", "[0-9a-z]{26}")
                .replace("Message-[0-9a-z]{26}", "Message-ID"));
  }

  @Test
  void whatItHasStays() throws IOException {
    String header = "from: A <a@x.org>\nDATE: never\nMessage-Id: <1@x.org>\n";

    assertThat(text(compose(header + "\nbody\n", "Jane", "b@x.org")))
        .endsWith(header.replace("\n", "\r\n") + "\r\nbody\r\n")
        .doesNotContain("From:", "Date:", "Message-ID:");
  }

  @Test
  void recipientsOfTheHeaderCountAndBccGoes() throws IOException {
    Submission mail =
        compose(
            "To: a@x.org, B <b@x.org>\nCc: c@x.org\nBcc: d@x.org,\n e@x.org\n\nbody\n",
            "Jane",
            "-t",
            "a@x.org",
            "f@x.org");

    assertThat(mail.recipients())
        .containsExactly("a@x.org", "f@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org");
    assertThat(text(mail))
        .contains("To: a@x.org", "Cc: ")
        .doesNotContain("Bcc", "d@x.org", "e@x.org");
  }

  @Test
  void aResentMailIsForWhomItWasResentTo() throws IOException {
    Submission mail =
        compose("Resent-To: r@x.org\nResent-Bcc: s@x.org\nTo: a@x.org\n\nbody\n", "", "-t");

    assertThat(mail.recipients()).containsExactly("r@x.org", "s@x.org");
    assertThat(text(mail)).contains("To: a@x.org").doesNotContain("s@x.org");
  }

  @Test
  void sendersAreAsTheyWereGiven() throws IOException {
    assertThat(compose("\n", "", "-f", "<>", "a").sender()).isEmpty();
    assertThat(compose("\n", "", "-f", "", "a").sender()).isEmpty();
    assertThat(compose("\n", "", "-f", "web", "a").sender()).isEqualTo("web@host.example.org");
    assertThat(compose("\n", "", "-fA <a@x.org>", "a").sender()).isEqualTo("a@x.org");
    assertThat(text(compose("\n", "", "-f", "<>", "a"))).contains("From: MAILER-DAEMON@host.");
    assertThat(text(compose("\n", "", "-f", "a@x.org\nX: y", "a"))).doesNotContain("\nX:");
  }

  @Test
  void fullNamesAreWrittenAsTheRulesWantThem() throws IOException {
    assertThat(text(compose("\n", "Doe, J. \"X\"", "a")))
        .contains("From: \"Doe, J. \\\"X\\\"\" <jane@host.example.org>");
    assertThat(text(compose("\n", "J\u00e4ne", "a")))
        .contains("From: =?UTF-8?B?SsOkbmU=?= <jane@host.example.org>");
    assertThat(text(compose("\n", "Jane", "-F", "Cron\nBcc: x", "a")))
        .contains("From: \"Cron Bcc: x\" <jane");
  }

  @Test
  void fullNamesComeFromTheListOfUsers(@TempDir Path folder) throws IOException {
    Path users =
        Files.writeString(
            folder.resolve("passwd"),
            "jan:x:1:1:Jan:/:\njane:x:2:2:& Doe,Room 1,555:/home/jane:/bin/sh\nbad\n");

    assertThat(LocalUser.fullName("jane", users)).isEqualTo("Jane Doe");
    assertThat(LocalUser.fullName("bad", users)).isEmpty();
    assertThat(LocalUser.fullName("nobody", users)).isEmpty();
    assertThat(LocalUser.of("?", 1234).name()).isEqualTo("uid1234");
  }

  private static Submission compose(String text, String fullName, String... arguments)
      throws IOException {
    Submit request = (Submit) CommandLine.read("sendmail", List.of(arguments));
    Draft draft =
        Draft.read(new ByteArrayInputStream(text.getBytes(UTF_8)), request.dotIsText())
            .orElseThrow();
    return new Composition(new LocalUser("jane", 33, fullName), "host.example.org", NOW)
        .of(request, draft);
  }

  private static String text(Submission mail) {
    return new String(mail.content(), UTF_8);
  }
}
