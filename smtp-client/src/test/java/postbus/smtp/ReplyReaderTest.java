package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.SmtpReply;

class ReplyReaderTest {

  @Test
  void aReplyOfOneLine() throws IOException {
    SmtpReply reply = reader("550 5.1.1 No such user\r\n").next();
    assertThat(reply).isEqualTo(SmtpReply.of(550, "5.1.1", "No such user"));
  }

  @Test
  void theStatusOfEachLineIsTakenOff() throws IOException {
    SmtpReply reply = reader("450-4.2.0 Mailbox busy,\r\n450 4.2.0 try later\r\n").next();
    assertThat(reply.status()).hasToString("Optional[4.2.0]");
    assertThat(reply.lines()).containsExactly("Mailbox busy,", "try later");
  }

  @Test
  void repliesThatComeTogetherAreReadOneByOne() throws IOException {
    ReplyReader reader = reader("250 one\r\n250-two\r\n250 and a half\r\n354\r\n");
    assertThat(reader.next().text()).isEqualTo("one");
    assertThat(reader.next().text()).isEqualTo("two and a half");
    assertThat(reader.next().code()).isEqualTo(354);
    assertThat(reader.hasMore()).isFalse();
  }

  @Test
  void aReplyMayComeOctetByOctetAndWithoutCr() throws IOException {
    InputStream octets =
        new ByteArrayInputStream("220-hello\n220 there\n".getBytes(StandardCharsets.US_ASCII)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(1, length));
          }
        };
    assertThat(new ReplyReader(octets).next().lines()).containsExactly("hello", "there");
  }

  @Test
  void controlCharactersNeverReachALog() throws IOException {
    assertThat(reader("250 a\u001b[2Jb\rc\r\n").next().text()).isEqualTo("a?[2Jb?c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "hello\r\n",
        "25\r\n",
        "250x\r\n",
        "099 no\r\n",
        "199 no\r\n",
        "600 no\r\n",
        "250-a\r\n251 b\r\n",
        "GET / HTTP/1.1\r\n",
        "\u0000\u0000\u0000\n"
      })
  void whatIsNoReplyIsSaidSo(String octets) {
    assertThatThrownBy(() -> reader(octets).next()).isInstanceOf(MalformedReply.class);
  }

  @Test
  void aLineHasABound() {
    assertThatThrownBy(() -> reader("250 " + "x".repeat(ReplyReader.LINE_OCTETS_MAX)).next())
        .isInstanceOf(MalformedReply.class);
  }

  @Test
  void aReplyHasABound() {
    assertThatThrownBy(() -> reader("250-x\r\n".repeat(ReplyReader.LINES_MAX + 2)).next())
        .isInstanceOf(MalformedReply.class);
  }

  @Test
  void theEndInAReplyIsALoss() {
    assertThatThrownBy(() -> reader("250-x\r\n250").next()).isInstanceOf(EOFException.class);
  }

  @Test
  void noGarbageDoesMoreThanFail() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = new byte[random.nextInt(40)];
      random.nextBytes(octets);
      if (octets.length > 4) {
        System.arraycopy("250-".getBytes(StandardCharsets.US_ASCII), 0, octets, 0, 4);
      }
      try {
        assertThat(new ReplyReader(new ByteArrayInputStream(octets)).next().code()).isEqualTo(250);
      } catch (IOException expected) {
        // A value for the caller.
      }
    }
  }

  private static ReplyReader reader(String octets) {
    return new ReplyReader(new ByteArrayInputStream(octets.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
