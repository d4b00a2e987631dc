package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DotStuffingTest {

  @Test
  void aDotThatBeginsALineIsDoubled() throws IOException {
    assertThat(sent("a\r\n.b\r\n..\r\n")).isEqualTo("a\r\n..b\r\n...\r\n.\r\n");
    assertThat(sent(".\r\n")).isEqualTo("..\r\n.\r\n");
    assertThat(sent("a.b.\r\n")).isEqualTo("a.b.\r\n.\r\n");
  }

  @Test
  void anEmptyContentIsTheFinalDotAlone() throws IOException {
    assertThat(sent("")).isEqualTo(".\r\n");
  }

  @Test
  void whereTheBlocksAreCutMakesNoDifference() throws IOException {
    Random random = new Random(2);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 30; i++) {
        text.append(".\r\nx".charAt(random.nextInt(4)));
      }
      ByteArrayOutputStream cut = new ByteArrayOutputStream();
      DotStuffing stuffing = new DotStuffing(cut);
      byte[] octets = text.toString().getBytes(StandardCharsets.US_ASCII);
      for (int from = 0; from < octets.length; ) {
        int length = Math.min(random.nextInt(4), octets.length - from);
        stuffing.write(Arrays.copyOfRange(octets, from, from + length), length);
        from += length;
      }
      stuffing.end();
      assertThat(cut.toString(StandardCharsets.US_ASCII)).isEqualTo(sent(text.toString()));
    }
  }

  private static String sent(String content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DotStuffing stuffing = new DotStuffing(out);
    byte[] octets = content.getBytes(StandardCharsets.US_ASCII);
    stuffing.write(octets, octets.length);
    stuffing.end();
    return out.toString(StandardCharsets.US_ASCII);
  }
}
