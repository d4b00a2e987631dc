package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;
import postbus.site.InvalidSite;
import postbus.site.LiveFiles;

/** What a client hears at RCPT; the codes and texts are those of a real Exim 4.96. */
class VerifierTest {
  private static final String ALIASES =
      """
      two-unknown: nobody1, nobody2
      one-unknown: nobody1
      a-file: /var/mail/x
      a-file-and-one: /var/mail/x, nobody1
      a-pipe: |/usr/local/bin/handler
      a-pipe-and-one: |/usr/local/bin/handler, nobody1
      include-one: :include:@SITE@/includes/one
      include-two: :include:@SITE@/includes/two
      include-none: :include:@SITE@/includes/none
      remote: x@example.org
      remote-unknown: x@nonexist.example
      remote-two-unknown: x@nonexist.example, y@nonexist.example
      remote-later: x@sick.example
      relayed: x@relayed.example.org
      fail-without-text: :fail:
      defer-without-text: :defer:
      to-fail: gone
      to-defer: later
      itself: itself
      itself-and-one: itself, jimbo
      one-and-fail: jimbo, gone
      malformed: <<
      """;

  @TempDir Path folder;
  private OracleSite oracle;

  @BeforeEach
  void start() throws IOException, InvalidSite {
    OracleSite made = OracleSite.in(folder);
    Files.createDirectories(folder.resolve("includes"));
    Files.writeString(folder.resolve("includes/one"), "nobody1\n");
    Files.writeString(folder.resolve("includes/two"), "nobody1\nnobody2\n");
    Files.writeString(folder.resolve("includes/none"), "");
    Files.writeString(
        folder.resolve("aliases/wikimedia.org"),
        ALIASES.replace("@SITE@", folder.toString()),
        StandardOpenOption.APPEND);
    made.dns().failing("sick.example");
    oracle =
        new OracleSite(
            RelaySites.relaying(made.site(), "relayed.example.org", "example.net"),
            new LiveFiles(folder),
            made.dns(),
            made.exchangers());
  }

  @AfterEach
  void stop() {
    oracle.close();
  }

  @ParameterizedTest
  @CsvSource({
    "jimbo, 250 2.1.5 Ok",
    "noc, 250 2.1.5 Ok",
    "nobody, 550 5.1.1 Unrouteable address",
    "two-unknown, 250 2.1.5 Ok",
    "one-unknown, 550 5.1.1 Unrouteable address",
    "a-file, 250 2.1.5 Ok",
    "a-file-and-one, 250 2.1.5 Ok",
    "a-pipe, 250 2.1.5 Ok",
    "a-pipe-and-one, 250 2.1.5 Ok",
    "nowhere, 250 2.1.5 Ok",
    "include-one, 550 5.1.1 Unrouteable address",
    "include-two, 250 2.1.5 Ok",
    "include-none, 550 5.1.1 Unrouteable address",
    "include-escape, 451",
    "remote, 250 2.1.5 Ok",
    "remote-unknown, 550 5.1.2",
    "remote-two-unknown, 250 2.1.5 Ok",
    "remote-later, 451",
    "nullmx, 550",
    "gone, 550 5.1.1 This person has left the organisation",
    "to-fail, 550 5.1.1 This person has left the organisation",
    "fail-without-text, 550 5.1.1",
    "later, 450 4.2.1 mailbox is being moved",
    "to-defer, 450 4.2.1 mailbox is being moved",
    "defer-without-text, 450 4.2.1",
    "itself, 550 5.1.1 Unrouteable address",
    "itself-and-one, 250 2.1.5 Ok",
    "loop-a, 550 5.1.1 Unrouteable address",
    "one-and-fail, 250 2.1.5 Ok",
    "malformed, 451",
    "info-en-owner, 250 2.1.5 Ok"
  })
  void anAddressOfALocalDomain(String localPart, String reply) {
    Verification found = verify(localPart + "@wikimedia.org");
    assertThat(found.standing()).isEqualTo(Standing.LOCAL);
    assertThat(found.reply().toString()).startsWith(reply);
  }

  @Test
  void aDomainIsLocalRelayedForeignOrNotKnown() {
    assertThat(verify("user@primary-here.org").standing()).isEqualTo(Standing.LOCAL);
    assertThat(verify("user@example.net").standing()).isEqualTo(Standing.RELAYED);
    assertThat(verify("user@example.org").standing()).isEqualTo(Standing.FOREIGN);
    assertThat(verify("user@secondary-here.org").standing()).isEqualTo(Standing.FOREIGN);
    assertThat(verify("user@sick.example").standing()).isEqualTo(Standing.UNKNOWN);
  }

  @Test
  void aRelayedDomainIsRoutedLikeAnyOther() {
    assertThat(verify("user@example.net").reply().toString()).isEqualTo("250 2.1.5 Ok");
    assertThat(verify("user@relayed.example.org").reply().toString()).startsWith("550 5.1.2");
    assertThat(verify("relayed@wikimedia.org").reply().toString()).startsWith("550 5.1.2");
  }

  @Test
  void whatCannotBeFoundOutNowIsNeverRefused() throws IOException {
    assertThat(verify("user@sick.example").reply().toString()).startsWith("451 4.4.3");
    Files.delete(folder.resolve("accounts"));
    OracleSite unread =
        new OracleSite(oracle.site(), new LiveFiles(folder), oracle.dns(), oracle.exchangers());
    assertThat(unread.verifier().verify(EmailAddress.of("nobody@wikimedia.org")).reply().code())
        .isEqualTo(451);
  }

  private Verification verify(String address) {
    return oracle.verifier().verify(EmailAddress.of(address));
  }
}
