package postbus.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineFeedsTest {
  @ParameterizedTest
  @CsvSource({
    "a<CR><LF>b<CR><LF>, a<LF>b<LF>",
    "<CR><LF><CR><LF>, <LF><LF>",
    "a<LF>b, a<LF>b",
    "a<CR>b, a<CR>b",
    "<CR><CR><LF>, <CR><LF>",
    "a<CR>, a<CR>",
    "<CR>, <CR>"
  })
  void onlyTheTwoTogetherBecomeOne(String in, String out) throws IOException {
    for (int block = 1; block < 6; block++) {
      assertThat(passed(octets(in), block)).isEqualTo(octets(out));
    }
    assertThat(octetByOctet(octets(in))).isEqualTo(octets(out));
  }

  @Test
  void itMakesNoDifferenceWhereTheBlocksEnd() throws IOException {
    Random random = new Random(7);
    byte[] in = new byte[2000];
    for (int i = 0; i < in.length; i++) {
      in[i] = (byte) "\r\n\r\nx".charAt(random.nextInt(5));
    }
    byte[] out = new String(in, ISO_8859_1).replace("\r\n", "\n").getBytes(ISO_8859_1);
    for (int block = 1; block < 50; block++) {
      assertThat(passed(in, block)).isEqualTo(out);
    }
  }

  private static byte[] passed(byte[] in, int block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineFeeds lines = new LineFeeds(out);
    ByteArrayInputStream from = new ByteArrayInputStream(in);
    while (from.available() > 0) {
      lines.write(from.readNBytes(block));
    }
    lines.end();
    return out.toByteArray();
  }

  private static byte[] octetByOctet(byte[] in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineFeeds lines = new LineFeeds(out);
    for (byte octet : in) {
      lines.write(octet);
    }
    lines.end();
    return out.toByteArray();
  }

  private static byte[] octets(String text) {
    return text.replace("<CR>", "\r").replace("<LF>", "\n").getBytes(ISO_8859_1);
  }
}
