package postbus.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A header is what readers will see of it. */
class MailHeaderTest {
  /** The bodies of the fields X from the bottom up, then what is left. */
  private static String read(String mail) {
    byte[] octets = mail.getBytes(StandardCharsets.ISO_8859_1);
    try (BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(octets))) {
      MailHeader header = MailHeader.read(in);
      return String.join("|", header.upwards("x").stream().map(MailHeader.Field::body).toList())
          + "#"
          + new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void fieldsFoldsAndBody() {
    assertThat(read("X: a\r\n\tb\r\nY: z\r\nx :c\r\n\r\nbody\r\n\r\n"))
        .isEqualTo("c| a\r\n\tb#body\r\n\r\n");
    assertThat(read("\r\nX: a\r\n")).isEqualTo("#X: a\r\n");
    assertThat(read("X: a\r\n")).isEqualTo(" a#");
    assertThat(read("X: a")).isEqualTo(" a#");
    assertThat(read("")).isEqualTo("#");
  }

  @Test
  void loneCrAndLfEndLines() {
    assertThat(read("Y: z\nX: a\rX: b\n\nX: c")).isEqualTo(" b| a#X: c");
  }

  @Test
  void aLineThatIsNoFieldBeginsTheBody() {
    assertThat(read("X: a\r\nnonsense\r\nX: b\r\n\r\n")).isEqualTo(" a#nonsense\r\nX: b\r\n\r\n");
    assertThat(read(" X: a\r\n\r\n")).isEqualTo("# X: a\r\n\r\n");
    assertThat(read("X y: a\r\n\r\n")).isEqualTo("#X y: a\r\n\r\n");
  }

  @Test
  void aFieldOfManyLinesIsReadInPassing() {
    long begin = System.nanoTime();
    String lines = "\r\n\tb".repeat(100_000);
    assertThat(read("Y: z\r\nX: a" + lines + "\r\nX: c\r\n\r\nbody"))
        .isEqualTo(" c| a" + lines + "#body");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
  }
}
