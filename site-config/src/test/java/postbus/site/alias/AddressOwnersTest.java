package postbus.site.alias;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;
import postbus.site.LiveFiles;
import postbus.site.alias.AddressOwners.Answer;

class AddressOwnersTest {
  private static final EmailAddress MARK = EmailAddress.of("mark@example.org");

  @TempDir private Path folder;

  @BeforeEach
  void aliases() throws IOException {
    Files.createDirectories(folder.resolve("aliases"));
    aliases(
        "example.org",
        """
        postmaster: root
        root: ops, "|/bin/log"
        ops: :include:@SITE@/ops
        noc: Mark Bergsma <mark@example.org>, rob@example.net
        rob: jane
        jane: jane, archive
        moved: rob
        gone: mark, :fail: he has left
        trap: :blackhole:
        moving: :defer: later
        wrong: two words
        mixed: two words, mark
        both: moving, mark
        round: about
        about: round
        """);
    aliases("example.net", "MARK: mark@example.org\n");
    Files.writeString(folder.resolve("ops"), "mark\nrob\n");
  }

  private void aliases(String domain, String text) throws IOException {
    Files.writeString(folder.resolve("aliases").resolve(domain), text);
  }

  private Answer answer(String address, String account) {
    return new AddressOwners(folder, new LiveFiles(folder))
        .answer(EmailAddress.of(address), EmailAddress.of(account));
  }

  private Answer ofMark(String address) {
    return answer(address, MARK.toString());
  }

  @Test
  void anAccountsOwnAddressIsItsOwnInAnyCase() {
    assertThat(ofMark("mark@example.org")).isEqualTo(Answer.OWN);
    assertThat(ofMark("Mark@Example.Org")).isEqualTo(Answer.OWN);
    assertThat(ofMark("\"mark\"@example.org")).isEqualTo(Answer.OWN);
    assertThat(ofMark("mark@example.com")).isEqualTo(Answer.FOREIGN);
    assertThat(ofMark("marc@example.org")).isEqualTo(Answer.FOREIGN);
  }

  @Test
  void soIsWhatAliasesLeadFromOverAnyNumberOfSteps() {
    assertThat(ofMark("noc@example.org")).isEqualTo(Answer.OWN);
    assertThat(ofMark("NOC@example.org")).isEqualTo(Answer.OWN);
    assertThat(ofMark("postmaster@example.org")).isEqualTo(Answer.OWN);
    assertThat(ofMark("mark@example.net")).isEqualTo(Answer.OWN);
    assertThat(ofMark("moved@example.org")).isEqualTo(Answer.FOREIGN);
    assertThat(ofMark("nobody@example.org")).isEqualTo(Answer.FOREIGN);
  }

  @Test
  void mailThatGoesOnToAnotherIsNobodyElses() {
    assertThat(answer("moved@example.org", "jane@example.org")).isEqualTo(Answer.OWN);
    assertThat(answer("moved@example.org", "rob@example.org")).isEqualTo(Answer.FOREIGN);
    assertThat(answer("rob@example.org", "rob@example.org")).isEqualTo(Answer.OWN);
  }

  @Test
  void anAliasThatNamesItselfLeadsToTheMailbox() {
    assertThat(answer("rob@example.org", "jane@example.org")).isEqualTo(Answer.OWN);
    assertThat(answer("rob@example.org", "archive@example.org")).isEqualTo(Answer.OWN);
    assertThat(ofMark("round@example.org")).isEqualTo(Answer.FOREIGN);
  }

  @Test
  void addressesThatTakeNoMailAreNobodys() {
    assertThat(ofMark("gone@example.org")).isEqualTo(Answer.FOREIGN);
    assertThat(ofMark("trap@example.org")).isEqualTo(Answer.FOREIGN);
  }

  @Test
  void whatCannotBeReadIsNotKnownUnlessAnotherWayLeadsThere() throws IOException {
    assertThat(ofMark("moving@example.org")).isEqualTo(Answer.UNKNOWN);
    assertThat(ofMark("wrong@example.org")).isEqualTo(Answer.UNKNOWN);
    assertThat(ofMark("mixed@example.org")).isEqualTo(Answer.UNKNOWN);
    assertThat(ofMark("both@example.org")).isEqualTo(Answer.OWN);
    Files.delete(folder.resolve("ops"));
    assertThat(ofMark("postmaster@example.org")).isEqualTo(Answer.UNKNOWN);
    Files.createDirectory(folder.resolve("aliases/example.com"));
    assertThat(ofMark("x@example.com")).isEqualTo(Answer.UNKNOWN);
    assertThat(ofMark("mark@example.org")).isEqualTo(Answer.OWN);
  }

  @Test
  void whoeverLeadsToTooManyIsNotKnown() throws IOException {
    String many =
        IntStream.range(0, 9_000).mapToObj(n -> "u" + n).collect(Collectors.joining(", "));
    aliases("example.org", "a: " + many + "\nu1: " + many + "\nu2: " + many + "\nu3: mark\n");
    assertThat(ofMark("a@example.org")).isEqualTo(Answer.UNKNOWN);
  }
}
