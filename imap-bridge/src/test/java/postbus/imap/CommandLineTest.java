package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @Test
  void wordsAreSplitAtWhiteSpace() {
    assertThat(words(" /bin/x  --list\tstaff ")).containsExactly("/bin/x", "--list", "staff");
  }

  @Test
  void whatIsInSingleQuotesStaysAsItIs() {
    assertThat(words("/bin/x 'a \\ \"b\" $c' ''")).containsExactly("/bin/x", "a \\ \"b\" $c", "");
  }

  @Test
  void inDoubleQuotesABackslashTakesTheNextCharacter() {
    assertThat(words("/bin/x \"a 'b' \\\"c\\\" \\\\ \\n\\$d\""))
        .containsExactly("/bin/x", "a 'b' \"c\" \\ \n$d");
  }

  @Test
  void quotesInsideAWordAreCharactersAsWithExim() {
    assertThat(words("/bin/x it's a=\"b c\"")).containsExactly("/bin/x", "it's", "a=\"b", "c\"");
    assertThat(words("/bin/x 'a'b")).containsExactly("/bin/x", "a", "b");
  }

  @Test
  void nothingThatAShellKnowsHasAMeaning() {
    assertThat(words("/bin/x $HOME `id` ;rm * >y |z &"))
        .containsExactly("/bin/x", "$HOME", "`id`", ";rm", "*", ">y", "|z", "&");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  ", "/bin/x 'a", "/bin/x \"a", "/bin/x \"a\\\"", "/bin/x \"a\\", "x\0"})
  void whatHasNoEndIsNoCommand(String text) {
    assertThat(CommandLine.parse(text)).isEmpty();
  }

  @Test
  void thereIsABoundOnWordsAndCharacters() {
    assertThat(words("x ".repeat(CommandLine.WORDS_MAX))).hasSize(CommandLine.WORDS_MAX);
    assertThat(CommandLine.parse("x ".repeat(CommandLine.WORDS_MAX + 1))).isEmpty();
    assertThat(CommandLine.parse("x".repeat(CommandLine.CHARACTERS_MAX + 1))).isEmpty();
  }

  private static List<String> words(String text) {
    return CommandLine.parse(text).orElseThrow().words();
  }
}
