package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Mails as text, one character for an octet. */
final class Mails {
  static final Charset CHARSET = StandardCharsets.ISO_8859_1;

  private Mails() {}

  static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  static byte[] octets(String mail) {
    return mail.getBytes(CHARSET);
  }

  static Form form(String mail, boolean eightBit) {
    try {
      return new OutgoingContent(List.of(), Source.of(octets(mail)), DkimSigners.NONE).as(eightBit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Form.Ready ready(String mail, boolean eightBit) {
    Form form = form(mail, eightBit);
    assertThat(form).isInstanceOf(Form.Ready.class);
    return (Form.Ready) form;
  }

  static String why(String mail) {
    Form form = form(mail, false);
    assertThat(form).isInstanceOf(Form.Unfit.class);
    return ((Form.Unfit) form).why();
  }

  static String eightBit(String mail) {
    return left(ready(mail, true));
  }

  static String sevenBit(String mail) {
    String left = left(ready(mail, false));
    assertThat(left.chars()).allMatch(c -> c < 128);
    return left;
  }

  /** What leaves; its size is as it was said to be. */
  static String left(Form form) {
    assertThat(form).isInstanceOf(Form.Ready.class);
    Form.Ready ready = (Form.Ready) form;
    try (InputStream in = ready.source().open()) {
      byte[] octets = in.readAllBytes();
      assertThat(octets.length).isEqualTo(ready.size());
      return new String(octets, CHARSET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String body(String mail) {
    return mail.substring(mail.indexOf("\r\n\r\n") + 4);
  }

  static String unquoted(String body) {
    return Pattern.compile("=([0-9A-F]{2})")
        .matcher(body.replace("=\r\n", ""))
        .replaceAll(quoted ->
            java.util.regex.Matcher.quoteReplacement(
                String.valueOf((char) Integer.parseInt(quoted.group(1), 16))));
  }

  static byte[] unbase64(String body) {
    return Base64.getMimeDecoder().decode(body);
  }

  /** A mail of the test resources, its lines ended with CRLF. */
  static String resource(String name) {
    try (InputStream in = Mails.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), CHARSET).replace("\n", "\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
