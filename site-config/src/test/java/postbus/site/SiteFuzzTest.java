package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a file, reading it ends with a site or with problems; nothing else. */
class SiteFuzzTest {
  private static final int ROUNDS = 1000;
  private static final String[] PIECES = {
    ":",
    " ",
    "\n",
    "\n  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "@",
    "+",
    "/",
    "?",
    "|",
    ">",
    "#",
    "\t",
    "\0",
    "\u0007",
    "\u00e9",
    "\ud83d\ude00",
    "&a ",
    "*a",
    "!!x ",
    "%",
    "---\n",
    "...\n",
    "0",
    "-1",
    "99999999999",
    "1.5",
    "~",
    "null",
    "<<: ",
    ": : ",
    "::1",
    "/33",
    "0x7f",
    "\\"
  };

  @TempDir private Path folder;

  @Test
  void noTextBreaksTheReader() throws IOException {
    SiteFolder site = SiteFolder.in(folder);
    String good = Files.readString(site.path("postbus.yaml"));
    Random random = new Random(20070430);
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + random.nextInt(12));
        text.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
      }
      site.write("postbus.yaml", text.toString());
      site.write("aliases/example.org", text.toString());
      mustEnd(site, text);
    }
  }

  private static void mustEnd(SiteFolder site, CharSequence text) {
    try {
      assertThat(SiteReader.read(site.folder()).pools()).containsKey(Site.NORMAL);
    } catch (InvalidSite e) {
      assertThat(e.problems()).as(text.toString()).isNotEmpty();
      assertThat(e.problems()).noneMatch(problem -> problem.toString().contains("\n"));
    } catch (RuntimeException e) {
      throw new AssertionError("reading " + text, e);
    }
  }
}
