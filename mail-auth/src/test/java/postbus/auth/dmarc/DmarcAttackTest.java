package postbus.auth.dmarc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.auth.MailHeader;
import postbus.auth.Mutations;
import postbus.auth.dkim.TagList;

/** Whatever a stranger publishes or writes into From, nothing throws. */
@Timeout(120)
class DmarcAttackTest {

  @ParameterizedTest
  @ValueSource(strings = {";", ";;;", "", "=", "=;", "v=DMARC1;;", " ; v=DMARC1"})
  void oddRecords(String text) {
    assertThat(DmarcRecord.read(text).isPresent()).isEqualTo(text.startsWith("v=DMARC1"));
  }

  @Test
  void noRecordThrows() {
    Mutations.of(
        List.of("v=DMARC1; p=reject; sp=none; pct=50; adkim=s", "v=DMARC1;p=none;psd=y;np=reject"),
        text -> {
          assertThat(DmarcRecord.read(text)).isNotNull();
          assertThat(TagList.read(text)).isNotNull();
        });
  }

  @Test
  void noAuthorThrows() {
    Mutations.of(
        List.of("\"A, b\" <a@example.org>", "group: a@b.example, c <d@e.example>;", "a@b\u00fc.de"),
        text -> assertThat(author(text)).isNotNull());
  }

  @Test
  void anAuthorsDomainOfManyLettersIsNone() {
    assertThat(author("a@" + "\u0434".repeat(300) + ".example")).isEmpty();
    assertThat(author("a@" + "\u0434".repeat(60_000))).isEmpty();
  }

  private static String author(String from) {
    byte[] octets = ("From: " + from + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    try (BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(octets))) {
      return Author.domain(MailHeader.read(in)).orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
