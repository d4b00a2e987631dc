package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import postbus.mail.HeaderField;

/** What holds for whatever a client sends. */
class AnyContentTest {
  private static final int MAILS = 3_000;

  /** What mails are made of, so that chance finds their weak places. */
  private static final String[] PIECES = {
    "\r",
    "\n",
    "\r\n",
    "\r\n",
    "\r\n\r\n",
    "\0",
    " ",
    "\t",
    "--b",
    "--b--",
    "--c",
    "=",
    ".",
    "\r\n.\r\n",
    "\u00e9",
    "a",
    ": ",
    "\r\nSubject: x",
    "\r\nMIME-Version: 1.0",
    "\r\nContent-Type: multipart/mixed; boundary=b",
    "\r\nContent-Type: multipart/signed; boundary=c",
    "\r\nContent-Type: message/rfc822",
    "\r\nContent-Type: text/plain",
    "\r\nContent-Type: image/png",
    "\r\nContent-Transfer-Encoding: 8bit",
    "\r\nContent-Transfer-Encoding: base64",
    "word ".repeat(300),
    "x".repeat(1200),
    "\r\nFrom: a@b",
    "From a"
  };

  @Test
  void noLoneCrOrLfLeavesAndSizesAreExact() throws Exception {
    Random random = new Random(5321);
    int ready = 0;
    for (int i = 0; i < MAILS; i++) {
      String mail = anyMail(random);
      boolean eightBit = random.nextBoolean();
      Form form = outgoing(mail, random).as(eightBit);
      if (form instanceof Form.Ready leaves) {
        ready++;
        String left = Mails.left(leaves);
        String said = escaped(mail);
        assertThat(left.replace("\r\n", "")).as(said).doesNotContain("\r", "\n");
        assertThat(left.isEmpty() || left.endsWith("\r\n")).as(said).isTrue();
        assertThat(left.chars().anyMatch(c -> c > 127)).as(said).isEqualTo(leaves.eightBit());
        assertThat(leaves.eightBit() && !eightBit).as(said).isFalse();
        assertThat(Mails.left(Mails.form(left, eightBit))).as(said).isEqualTo(left);
      } else {
        assertThat(eightBit).as(escaped(mail)).isFalse();
      }
    }
    assertThat(ready).isGreaterThan(MAILS / 2);
  }

  @Test
  void textOfAnyKindSurvivesItsConversion() {
    Random random = new Random(2045);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(3000); n > 0; n--) {
        int kind = random.nextInt(40);
        text.append(
            kind == 0
                ? "\r\n"
                : kind < 4 ? " " : kind == 4 ? "=" : "" + (char) random.nextInt(256));
      }
      String body = text.toString().replaceAll("\r(?!\n)|(?<!\r)\n", "!") + "\u00e9\r\n";
      String mail = "Content-Type: text/plain; charset=iso-8859-1\r\n\r\n" + body;
      String left = Mails.sevenBit(mail);
      assertThat(left.lines()).allMatch(line -> line.length() <= 76);
      assertThat(Mails.unquoted(Mails.body(left))).isEqualTo(body);
    }
  }

  private static OutgoingContent outgoing(String mail, Random random) {
    byte[] octets = Mails.octets(mail);
    List<HeaderField> none = List.of();
    return new OutgoingContent(
        none, random.nextBoolean() ? Source.of(octets) : () -> dripping(octets), DkimSigners.NONE);
  }

  /** A stream that gives a few octets at a time. */
  private static InputStream dripping(byte[] octets) {
    return new ByteArrayInputStream(octets) {
      @Override
      public synchronized int read(byte[] array, int offset, int length) {
        return super.read(array, offset, Math.min(length, 7));
      }
    };
  }

  private static String anyMail(Random random) {
    StringBuilder mail = new StringBuilder("A: b");
    if (random.nextInt(5) == 0) {
      mail.setLength(0);
    }
    for (int n = random.nextInt(30); n > 0; n--) {
      mail.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return mail.toString();
  }

  private static String escaped(String mail) {
    return mail.replace("\r", "\\r")
        .replace("\n", "\\n")
        .replace("\0", "\\0")
        .replaceAll("x{9,}", "X");
  }
}
