package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;

class AliasTargetsTest {
  @TempDir Path folder;

  @Test
  void targetsStandBetweenCommasAndGetTheDomainOfTheFile() {
    assertThat(parse("mark, rob@example.net,,brion ,"))
        .isEqualTo(addresses("mark@here.example", "rob@example.net", "brion@here.example"));
  }

  @Test
  void displayNamesCommentsAndQuotesAreUnderstood() {
    assertThat(parse("\"Team, The\" <jimbo@x.example>, Other Person <o@x.example> (who)"))
        .isEqualTo(addresses("jimbo@x.example", "o@x.example"));
    assertThat(parse("\"jimbo\", \"odd one\"@x.example, \\mark"))
        .isEqualTo(addresses("jimbo@here.example", "\"odd one\"@x.example", "mark@here.example"));
  }

  @Test
  void anEmptyListIsNoAlias() {
    assertThat(parse("")).isEqualTo(new AliasTargets.None());
    assertThat(parse(" , # nobody")).isEqualTo(new AliasTargets.None());
    assertThat(parse("<>")).isEqualTo(new AliasTargets.None());
  }

  @Test
  void aSpecialItemDecidesForTheWholeList() {
    assertThat(parse(":fail: gone, for good")).isEqualTo(new AliasTargets.Fail("gone, for good"));
    assertThat(parse("jimbo, :defer: moving")).isEqualTo(new AliasTargets.Defer("moving"));
    assertThat(parse(":blackhole: spam trap")).isEqualTo(new AliasTargets.Blackhole());
    assertThat(parse(":fail:")).isEqualTo(new AliasTargets.Fail(""));
  }

  @Test
  void commandsAndFilesAreNoAddresses() {
    assertThat(parse("|/usr/bin/handler --list staff, /var/mail/archive"))
        .isEqualTo(
            new AliasTargets.Some(
                List.of(
                    new Target.Pipe("/usr/bin/handler --list staff"),
                    new Target.File("/var/mail/archive"))));
    assertThat(parse("\"|/usr/bin/handler a, b\""))
        .isEqualTo(new AliasTargets.Some(List.of(new Target.Pipe("/usr/bin/handler a, b"))));
    assertThat(parse("/odd@x.example")).isEqualTo(addresses("/odd@x.example"));
  }

  @Test
  void whatIsNoAddressIsSaid() {
    for (String wrong : List.of("two words", "a@b@c", "x@", "<a@b", "@route:a@b", "a\u0000b")) {
      assertThat(parse(wrong)).as(wrong).isInstanceOf(AliasTargets.Wrong.class);
    }
  }

  @Test
  void anIncludedFileIsAListOfLines() throws IOException {
    Path team = write("team", "jimbo\n# comment\nbrion, out@x.example\n");
    assertThat(parse("mark, :include:" + team))
        .isEqualTo(
            addresses(
                "mark@here.example", "jimbo@here.example", "brion@here.example", "out@x.example"));
  }

  @Test
  void noIncludeLeadsOutOfTheSite() throws IOException {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of("/etc/passwd"));
    Path itself = write("itself", ":include:" + folder.resolve("itself"));
    for (String name :
        List.of(
            "/etc/passwd",
            link.toString(),
            folder + "/../../etc/passwd",
            "team",
            folder + "/none",
            folder.toString(),
            itself.toString())) {
      assertThat(parse(":include:" + name)).as(name).isInstanceOf(AliasTargets.Wrong.class);
    }
  }

  @Test
  void aLongListIsReadWithoutDelayOrOverflow() {
    String quoted = "\"" + "\\x".repeat(20_000);
    assertThat(parse(quoted)).isInstanceOf(AliasTargets.Wrong.class);
    assertThat(parse("(".repeat(50_000))).isInstanceOf(AliasTargets.Wrong.class);
    assertThat(parse(quoted + "\"@x.example")).isInstanceOf(AliasTargets.Some.class);
  }

  private AliasTargets parse(String text) {
    return AliasTargets.parse(text, "here.example", new Includes(folder));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static AliasTargets addresses(String... addresses) {
    return new AliasTargets.Some(
        Stream.of(addresses)
            .<Target>map(address -> new Target.Address(EmailAddress.of(address)))
            .toList());
  }
}
