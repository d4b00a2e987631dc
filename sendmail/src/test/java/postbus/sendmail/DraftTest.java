package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.sendmail.Draft.Field;

class DraftTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"A: 1\nB: 2\n\nx\ny\n", "A: 1\r\nB: 2\r\n\r\nx\r\ny", "A: 1\nB: 2\n\nx\ry\r"})
  void whateverEndsLinesIsCrLf(String text) throws IOException {
    Draft draft = read(text);

    assertThat(draft.fields()).extracting(Field::value).containsExactly("1", "2");
    assertThat(body(draft)).isEqualTo("x\r\ny\r\n");
  }

  @Test
  void aCrAloneAddsNoFieldAndNoRecipient() throws IOException {
    Draft draft = read("To: a@x.org\rBcc: b@x.org\nSubject: x\r\rBcc: c@x.org\r\n\ny\n");

    assertThat(draft.fields()).extracting(Field::name).containsExactly("to", "subject");
    assertThat(draft.fields().getLast().value()).isEqualTo("x  Bcc: c@x.org");
    assertThat(body(draft)).isEqualTo("y\r\n");
  }

  @Test
  void aHeaderWithoutEndIsNoMailAndABodyWithoutHeaderIsOne() throws IOException {
    byte[] tiny = "A:\n".repeat(Draft.HEADER_OCTETS_MAX / 2).getBytes(UTF_8);
    assertThat(Draft.read(new ByteArrayInputStream(tiny), true)).isEmpty();

    String text = "no field\n" + "A:\n".repeat(Draft.HEADER_OCTETS_MAX / 2);
    assertThat(read(text).body()).hasSizeGreaterThan(Draft.HEADER_OCTETS_MAX);
  }

  @Test
  void aDotAloneEndsItUnlessItIsText() throws IOException {
    assertThat(body(read("\nx\n.y\n.\nz\n"))).isEqualTo("x\r\n.y\r\n");
    assertThat(body(read("\nx\n."))).isEqualTo("x\r\n");
    assertThat(body(read("\nx\n.\nz\n", true))).isEqualTo("x\r\n.\r\nz\r\n");
    assertThat(body(read("\nx\n..\n"))).isEqualTo("x\r\n..\r\n");
  }

  @Test
  void foldedFieldsAreOne() throws IOException {
    Draft draft = read("To: a@x.org,\n\tb@x.org\nSubject : old style\n\n");

    assertThat(draft.fields()).extracting(Field::name).containsExactly("to", "subject");
    assertThat(draft.fields().getFirst().value()).isEqualTo("a@x.org,\tb@x.org");
  }

  @Test
  void aHeaderEndsBeforeTheFirstLineThatIsNoField() throws IOException {
    Draft none = read("Hello you,\nnews: good\n");
    assertThat(none.fields()).isEmpty();
    assertThat(body(none)).isEqualTo("Hello you,\r\nnews: good\r\n");

    Draft one = read("Subject: x\nno field\n\n");
    assertThat(one.fields()).hasSize(1);
    assertThat(body(one)).isEqualTo("no field\r\n\r\n");
  }

  @Test
  void theLineOfAMailboxGoes() throws IOException {
    Draft draft = read("From jane Thu Nov 26 2026\nSubject: x\n\ny\n");

    assertThat(draft.fields()).extracting(Field::name).containsExactly("subject");
    assertThat(body(draft)).isEqualTo("y\r\n");
  }

  @Test
  void nothingIsAMailWithoutAnything() throws IOException {
    assertThat(read("").fields()).isEmpty();
    assertThat(body(read(""))).isEmpty();
    assertThat(body(read("\n"))).isEmpty();
    assertThat(read(" \n:\n").fields()).isEmpty();
  }

  private static Draft read(String text) throws IOException {
    return read(text, false);
  }

  private static Draft read(String text, boolean dotIsText) throws IOException {
    return Draft.read(new ByteArrayInputStream(text.getBytes(UTF_8)), dotIsText).orElseThrow();
  }

  private static String body(Draft draft) {
    return new String(draft.body(), UTF_8);
  }
}
