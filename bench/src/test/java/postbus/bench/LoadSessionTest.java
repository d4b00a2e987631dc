package postbus.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadSessionTest {
  @Test
  void aTextHasTheSizeThatWasWanted() {
    for (int octets : new int[] {100, 1_000, 5_000, 50_000}) {
      String text = new String(LoadSession.text(octets), US_ASCII);
      assertThat(text).hasSize(octets).endsWith("\r\n").doesNotContain("\r\n.");
    }
  }
}
