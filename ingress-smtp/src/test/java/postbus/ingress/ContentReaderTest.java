package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.site.SessionLimits;

class ContentReaderTest {
  /** What one reading gave: how many octets it took, and what it made of them. */
  private record Reading(int taken, boolean ended, String refusal, String content) {}

  @Test
  void aContentEndsAtItsDot() {
    assertThat(read("Subject: x\r\n\r\nHello\r\n.\r\nQUIT\r\n"))
        .isEqualTo(new Reading(24, true, "", "Subject: x\r\n\r\nHello\r\n"));
  }

  @Test
  void anEmptyContentIsOne() {
    assertThat(read(".\r\n")).isEqualTo(new Reading(3, true, "", ""));
  }

  @Test
  void dotsThatWereStuffedAreTakenOut() {
    assertThat(read("..\r\n..a\r\n...b\r\n.c\r\nd.\r\n.\r\n").content())
        .isEqualTo(".\r\n.a\r\n..b\r\nc\r\nd.\r\n");
  }

  /** What some server somewhere takes for the end of a mail, and we do not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r.\r\n",
        "\r\n.\r",
        "\r\r.\r\r",
        "\n\n.\n\n",
        "\r\n.\r\r\n",
        "\r\n\r.\r\n",
        "\r\n\u0000.\r\n",
        "\r\n.\u0000\r\n",
        "\n.\r",
        "\r.\n",
        "\r\n\n.\r\n",
        "\r\n\n.\n",
        "\r\r\n.\n",
        "\r\n.\n\r\n",
        "\r\n..\n.\r\n"
      })
  void aFalseEndIsContentAndRefused(String falseEnd) {
    String smuggled = "MAIL FROM:<admin@example.org>\r\nx\r\n";
    String text = "a: b\r\n\r\nfirst" + falseEnd + smuggled;
    Reading reading = read(text + ".\r\nQUIT\r\n");
    assertThat(reading.refusal()).startsWith("554 5.6.0");
    assertThat(reading.taken()).isEqualTo(text.length() + 3);
    assertThat(reading.ended()).isTrue();
  }

  @Test
  void theSameWithEveryWayToCutIt() {
    String text =
        "Received: a\r\nrEceived: b\r\nX: y\r\n\r\n..dots\r\n.\rno\r\n.\nno\r\nline\r\n.\r\nRSET\r\n";
    Reading whole = read(text);
    assertThat(whole.taken()).isEqualTo(text.length() - 6);
    for (int first = 0; first <= text.length(); first++) {
      for (int second = first; second <= text.length(); second++) {
        assertThat(read(text, first, second)).isEqualTo(whole);
      }
    }
  }

  @Test
  void theSameWithEveryWayToCutAnything() {
    Random random = new Random(7);
    char[] alphabet = {'\r', '\n', '.', 'a', '\r', '\n', '\u0000', ' ', '\u00e4'};
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(24); i > 0; i--) {
        text.append(alphabet[random.nextInt(alphabet.length)]);
      }
      text.append("\r\n.\r\n");
      int first = random.nextInt(text.length());
      int second = first + random.nextInt(text.length() - first);
      Reading whole = read(text.toString());
      assertThat(read(text.toString(), first, second)).isEqualTo(whole);
      assertThat(whole.taken()).isEqualTo(endOf(text.toString()));
    }
  }

  /** The end, said in the simplest way. */
  private static int endOf(String text) {
    return text.startsWith(".\r\n") ? 3 : text.indexOf("\r\n.\r\n") + 5;
  }

  @Test
  void nulIsRefused() {
    assertThat(read("a\u0000b\r\n.\r\n").refusal()).startsWith("554 5.6.0");
  }

  @Test
  void aLineThatIsTooLongIsRefused() {
    assertThat(read("x".repeat(998) + "\r\n.\r\n").refusal()).isEmpty();
    assertThat(read("x".repeat(999) + "\r\n.\r\n").refusal()).startsWith("554 5.6.0");
    String text = "\r\n" + "x".repeat(5000) + "\r\n.\r\n";
    assertThat(read(text, 1500, 3000)).isEqualTo(read(text)).isEqualTo(read(text, 2, 1002));
    assertThat(read(text).refusal()).startsWith("554 5.6.0");
  }

  @Test
  void aContentThatIsTooBigIsRefusedAtItsEnd() {
    String line = "x".repeat(98) + "\r\n";
    assertThat(read(line.repeat(200) + ".\r\n").refusal()).isEmpty();
    Reading reading = read(line.repeat(201) + ".\r\n");
    assertThat(reading.refusal()).startsWith("552 5.3.4");
    assertThat(reading.ended()).isTrue();
  }

  @Test
  void aRefusedContentDoesNotGoOnForEver() {
    ContentReader reader = new ContentReader(Sites.small(), (_, _, _) -> Optional.empty(), true);
    byte[] line = ("x".repeat(998) + "\r\n").getBytes(ISO_8859_1);
    int lines = 0;
    while (!reader.isEndless()) {
      reader.read(line, 0, line.length);
      lines++;
    }
    assertThat(lines).isBetween(1000, 1200);
  }

  @Test
  void aMailThatLoopsIsRefused() {
    String hop = "RECEIVED: from here by there\r\n";
    assertThat(read(hop.repeat(5) + "\r\n" + hop + ".\r\n").refusal()).isEmpty();
    assertThat(read(hop.repeat(6) + "\r\n.\r\n").refusal()).startsWith("554 5.4.6");
    String spaced = "Received \t : from here by there\r\n";
    assertThat(read(spaced.repeat(6) + "\r\n.\r\n").refusal()).startsWith("554 5.4.6");
    String another = "Received-SPF: pass\r\nReceived x: y\r\n";
    assertThat(read(another.repeat(6) + "\r\n.\r\n").refusal()).isEmpty();
  }

  @Test
  void byDefaultAHundredHopsAreNoLoopYet() {
    String hop = "Received: from here by there\r\n";
    for (int hops : new int[] {100, 101}) {
      ContentReader reader =
          new ContentReader(SessionLimits.DEFAULT, (_, _, _) -> Optional.empty(), true);
      byte[] bytes = (hop.repeat(hops) + "\r\n.\r\n").getBytes(ISO_8859_1);
      reader.read(bytes, 0, bytes.length);
      assertThat(reader.refusal().isPresent()).isEqualTo(hops > 100);
    }
  }

  @Test
  void aSinkThatIsFullRefusesTheMail() {
    ContentReader reader =
        new ContentReader(Sites.small(), (_, _, _) -> Optional.of(Replies.LOG_AWAY), true);
    byte[] bytes = "a\r\n.\r\n".getBytes(ISO_8859_1);
    reader.read(bytes, 0, bytes.length);
    assertThat(reader.isEnded()).isTrue();
    assertThat(reader.refusal()).contains(Replies.LOG_AWAY);
  }

  /** Reads the text in pieces, cut at these places. */
  private static Reading read(String text, int... cuts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ContentReader reader =
        new ContentReader(
            Sites.small(),
            (bytes, from, length) -> {
              content.write(bytes, from, length);
              return Optional.empty();
            },
            true);
    byte[] bytes = text.getBytes(ISO_8859_1);
    int[] ends = Arrays.copyOf(cuts, cuts.length + 1);
    ends[cuts.length] = bytes.length;
    int at = 0;
    for (int end : ends) {
      if (!reader.isEnded()) {
        at = reader.read(bytes, at, end);
      }
    }
    String refusal = reader.refusal().map(Object::toString).orElse("");
    return new Reading(
        at, reader.isEnded(), refusal, refusal.isEmpty() ? content.toString(ISO_8859_1) : "");
  }
}
