package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
  void linesGoOnAcrossCommentsAndEmptyLines() {
    AliasFile file =
        read("noc: mark,  ", "\tbrion,", "# not me", "", "   x@example.net", "next: y");

    assertThat(file.target("noc")).contains("mark, brion, x@example.net");
    assertThat(file.target("next")).contains("y");
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
  }

  @Test
  void theFirstEntryOfAKeyCounts() {
    assertThat(read("a: first", "A: second").target("a")).contains("first");
  }

  @Test
  void mistakesAreNamedWithTheirLines() {
    Checked<AliasFile> read =
        AliasFile.parse("f", List.of("  goes on", "ok: x", ": nobody", "\"open: x"));

    assertThat(read).isInstanceOf(Checked.Wrong.class);
    assertThat(((Checked.Wrong<AliasFile>) read).problems())
        .extracting(SiteProblem::line)
        .containsExactly(1, 3, 4);
  }

  private static AliasFile read(String... lines) {
    return ((Checked.Good<AliasFile>) AliasFile.parse("f", List.of(lines))).value();
  }
}
