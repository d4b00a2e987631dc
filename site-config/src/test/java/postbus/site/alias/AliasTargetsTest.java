package postbus.site.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;

class AliasTargetsTest {
  private static final List<String> WRONG =
      List.of(
          "two words",
          "a@b@c",
          "x@",
          "<>",
          "<a@b",
          "a@b>",
          "<<a@b>>",
          "<a@b> c",
          "@route",
          "<@route:a>",
          "a\u0000b",
          "a # no comment",
          "a; b",
          "team: a, b;",
          "\"open",
          "\"jim\"bo",
          "a@b.",
          "a@b..c",
          "a@-b",
          "a@under_score.example",
          "a@\u00e4.example",
          "<a@[192.0.2.1]>",
          ":FAIL: x",
          ": fail: x",
          ":unknown: x",
          "#Exim filter",
          "a".repeat(260) + "@x.example");

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
    assertThat(parse("jimbo (a, (b)) @ (c) x . example, <@a.example,@b.example:mark@x.example>"))
        .isEqualTo(addresses("jimbo@x.example", "mark@x.example"));
    assertThat(parse("\\mark@x.example, jim\\bo, \"a\".b")) // Quotes and backslashes stay.
        .isEqualTo(addresses("\\mark@x.example", "jim\\bo@here.example", "\"a\".b@here.example"));
  }

  @Test
  void anEmptyListIsNoAlias() {
    assertThat(parse("")).isEqualTo(new AliasTargets.None());
    assertThat(parse(" , # nobody")).isEqualTo(new AliasTargets.None());
    for (String none : List.of("(nobody)", ":unknown:", ":", "\"\"", "\"", ";")) {
      assertThat(parse(none)).as(none).isEqualTo(new AliasTargets.None());
    }
  }

  @Test
  void aSpecialItemDecidesForTheWholeList() {
    assertThat(parse(":fail: gone, for good")).isEqualTo(fail("gone, for good"));
    assertThat(parse("jimbo, :defer: moving")).isEqualTo(new AliasTargets.Defer("moving"));
    assertThat(parse("jimbo, :blackhole: spam trap")).isEqualTo(new AliasTargets.Blackhole());
    assertThat(parse(":fail:")).isEqualTo(fail(""));
    assertThat(parse(":fail:see http://x.example/ (#42)"))
        .isEqualTo(fail("see http://x.example/ (#42)"));
    assertThat(parse(":fail: one\r\ntwo")).isEqualTo(fail("one"));
  }

  @Test
  void whatStandsBeforeAFailureStillGetsTheMail() throws IOException {
    AliasTargets partly =
        new AliasTargets.Fail(
            "gone", List.of(new Target.Address(EmailAddress.of("mark@here.example"))));
    assertThat(parse("mark, :fail: gone")).isEqualTo(partly);
    Path failing = write("failing", "jimbo\n:fail: gone\n");
    assertThat(parse("mark, :include:" + failing)).isEqualTo(partly);
  }

  @Test
  void commandsAndFilesAreNoAddresses() {
    assertThat(parse("|/usr/bin/handler --list staff, /var/mail/archive"))
        .isEqualTo(
            new AliasTargets.Some(
                List.of(
                    new Target.Pipe("/usr/bin/handler --list staff"),
                    new Target.File("/var/mail/archive"))));
    assertThat(parse("\"|/usr/bin/handler a, b \\\"c\\\"\""))
        .isEqualTo(new AliasTargets.Some(List.of(new Target.Pipe("/usr/bin/handler a, b \"c\""))));
    assertThat(parse("| /usr/bin/handler  x"))
        .isEqualTo(new AliasTargets.Some(List.of(new Target.Pipe(" /usr/bin/handler  x"))));
    assertThat(parse("|handler@x.example")).isEqualTo(addresses("|handler@x.example"));
    assertThat(parse("/odd@x.example")).isEqualTo(addresses("/odd@x.example"));
  }

  @Test
  void whatIsNoAddressIsSaid() {
    for (String wrong : WRONG) {
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
    Path team = write("team", "jimbo\n");
    Files.createSymbolicLink(folder.resolve("link"), team);
    Files.createSymbolicLink(folder.resolve("above"), folder);
    for (String name :
        List.of(
            "/etc/passwd",
            folder + "/link",
            folder + "/above/team",
            folder + "/../../etc/passwd",
            folder + "/../" + folder.getFileName() + "/team",
            folder + "//team",
            folder + "/team/",
            folder + "/",
            folder + "-other/team",
            folder + "/none",
            folder + "/" + "x".repeat(300),
            folder.toString(),
            "@SITE@",
            "@SITE@/../team",
            "team",
            "")) {
      assertThat(parse(":include:" + name)).as(name).isInstanceOf(AliasTargets.Wrong.class);
    }
    for (String name : List.of(team.toString(), "@SITE@/team", "@SITE@/./team")) {
      assertThat(parse(":include:" + name)).as(name).isEqualTo(addresses("jimbo@here.example"));
    }
  }

  @Test
  void filesThatIncludeEachOtherEnd() throws IOException {
    write("itself", ":include:@SITE@/itself");
    write("fork", ":include:@SITE@/fork, :include:@SITE@/fork\n".repeat(1000));
    for (String name : List.of("itself", "fork")) {
      assertThat(parse(":include:@SITE@/" + name)).isInstanceOf(AliasTargets.Wrong.class);
    }
  }

  @Test
  void aLongListIsReadWithoutDelayOrOverflow() {
    String quoted = "\"" + "\\x".repeat(20_000);
    assertThat(parse(quoted)).isInstanceOf(AliasTargets.Wrong.class);
    assertThat(parse("(".repeat(50_000))).isEqualTo(new AliasTargets.None());
    assertThat(parse(quoted + "\"@x.example")).isInstanceOf(AliasTargets.Wrong.class);
  }

  @Test
  void tenThousandTargetsAreReadAndMoreAreWrong() {
    String many = "jimbo@x.example,".repeat(AliasReader.TARGETS_MAX);
    assertThat(parse(many))
        .isInstanceOfSatisfying(
            AliasTargets.Some.class, some -> assertThat(some.targets()).hasSize(10_000));
    assertThat(parse(many + "mark")).isInstanceOf(AliasTargets.Wrong.class);
  }

  /** Whatever stands there, reading ends with an answer; a quadratic reader would not get done. */
  @Test
  void noiseIsReadInOneGo() {
    Random random = new Random(20070430);
    for (int round = 0; round < 20_000; round++) {
      assertThat(parse(noise(random, 1 + random.nextInt(40)))).isNotNull();
    }
    for (String piece :
        List.of("(", "\"", "\\", "<", "@", "@a,", "a ", ".", "[", ":", ",", "#", "a:")) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(5), () -> parse(piece.repeat((1 << 20) / piece.length())), piece);
    }
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> parse(noise(random, 1 << 20)));
  }

  private static String noise(Random random, int pieces) {
    String[] some = {
      "a",
      "b.c",
      "@",
      ",",
      "\n",
      " ",
      "\t",
      "\"",
      "\\",
      "(",
      ")",
      "<",
      ">",
      ":",
      ";",
      ".",
      "[",
      "]",
      "|",
      "/",
      "#",
      "x.example",
      ":fail:",
      ":include:",
      ":unknown:",
      "\u0000",
      "\u00e9",
      "\ud83d"
    };
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(some[random.nextInt(some.length)]);
    }
    return text.toString();
  }

  private static AliasTargets fail(String text) {
    return new AliasTargets.Fail(text, List.of());
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
