package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Alias files are read as Exim's lsearch reads them. */
class AliasFileTest {

  @Test
  void keysEndAtAColonOrWhiteSpaceAndAreBlindToCase() {
    AliasFile file =
        read(
            "postmaster: root", "nospace:brion", "colonless jimbo", "before  : x", "Mixed.Case: y");

    assertThat(file.target("PostMaster")).contains("root");
    assertThat(file.target("nospace")).contains("brion");
    assertThat(file.target("colonless")).contains("jimbo");
    assertThat(file.target("before")).contains("x");
    assertThat(file.target("mixed.case")).contains("y");
    assertThat(file.target("nobody")).isEqualTo(Optional.empty());
  }

  @Test
  void linesGoOnUntilACommentOrAnEmptyLine() {
    AliasFile file =
        read("noc: mark,  ", "\tbrion,", "   x@example.net", "next: y,", "# not me", "  z");

    assertThat(file.target("noc")).contains("mark, brion, x@example.net");
    assertThat(file.target("next")).contains("y,");
    assertThat(read("next: y,", " \r", "  z").target("next")).contains("y,");
  }

  @Test
  void onlyWhiteSpaceOfCAndLettersOfAsciiCount() {
    AliasFile file = read("crlf: x\r", "cr\rx", "vt\u000bx", "nbsp\u00a0: x", "J\u00d6RG: x");

    for (String key : List.of("crlf", "cr", "vt", "nbsp\u00a0", "j\u00d6rg")) {
      assertThat(file.target(key)).as(key).contains("x");
    }
    assertThat(file.target("j\u00f6rg")).isEmpty();
  }

  @Test
  void aTargetMayBeginOnTheLineAfterItsKey() {
    assertThat(read("noc:", "  mark").target("noc")).contains("mark");
    assertThat(read("empty:").target("empty")).contains("");
  }

  @Test
  void aRightHandSideMayBeginWithAColonOrHoldAnything() {
    AliasFile file = read("gone: :fail: Left us", "pipe: \"|/bin/handler --x\"", "h: a#b: c");

    assertThat(file.target("gone")).contains(":fail: Left us");
    assertThat(file.target("pipe")).contains("\"|/bin/handler --x\"");
    assertThat(file.target("h")).contains("a#b: c");
  }

  @Test
  void oddKeysAreQuoted() {
    AliasFile file = read("\"quoted key\": jimbo", "\"a\\\"b:c\" mark", "\"# no comment\": x");

    assertThat(file.target("quoted key")).contains("jimbo");
    assertThat(file.target("a\"b:c")).contains("mark");
    assertThat(file.target("# no comment")).contains("x");
    AliasFile escaped = read("\"a\\tb\" x", "\"\\141\\x42c\\q\":x", "\"glued\"on: x", "\"\\\\\" x");
    assertThat(escaped.target("a\tb")).contains("x");
    assertThat(escaped.target("abcq")).contains("x");
    assertThat(escaped.target("glued")).contains("on: x");
    assertThat(escaped.target("\\")).contains("x");
  }

  @Test
  void theFirstEntryOfAKeyCounts() {
    assertThat(read("a: first", "A: second").target("a")).contains("first");
  }

  @Test
  void whatCanNeverBeFoundIsAWarning() {
    Checked<AliasFile> read =
        AliasFile.parse("f", List.of("  goes on", "ok: x", ": nobody", "OK: y", "\"\": z"));

    assertThat(read)
        .isInstanceOfSatisfying(
            Checked.Good.class,
            good -> {
              assertThat(lines(((Checked.Good<?>) good).warnings())).containsExactly(1, 3, 4, 5);
              assertThat(good.value()).isEqualTo(new AliasFile(Map.of("ok", "x"), Map.of("ok", 2)));
            });
  }

  @Test
  void aQuotedKeyWithoutItsEndIsWrong() {
    for (String open : List.of("\"open: x", "\"", "\"x\\\"", "\"x\\")) {
      Checked<AliasFile> read = AliasFile.parse("f", List.of("ok: x", open));
      assertThat(read).as(open).isInstanceOf(Checked.Wrong.class);
      assertThat(lines(((Checked.Wrong<AliasFile>) read).problems())).containsExactly(2);
    }
  }

  private static List<Integer> lines(List<SiteProblem> problems) {
    return problems.stream().map(SiteProblem::line).toList();
  }

  private static AliasFile read(String... lines) {
    return ((Checked.Good<AliasFile>) AliasFile.parse("f", List.of(lines))).value();
  }
}
