package postbus.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.EmailAddress;

class ArrivingHeaderTest {
  private static final Set<String> ASKED = Set.of("date", "message-id", "bcc");

  private static ArrivingHeader header(String... lines) {
    return cut(1, Mails.lines(lines));
  }

  /** The content as it comes in pieces of so many octets. */
  private static ArrivingHeader cut(int octets, String content) {
    ArrivingHeader header = new ArrivingHeader(ASKED);
    byte[] all = content.getBytes(UTF_8);
    for (int at = 0; at < all.length; at += octets) {
      header.octets(all, at, Math.min(at + octets, all.length));
    }
    return header;
  }

  private static List<String> names(ArrivingHeader header) {
    return Stream.of("date", "message-id", "bcc").filter(header::has).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void whatItHasIsKnownHoweverItIsCut(int octets) {
    ArrivingHeader header =
        cut(
            octets,
            Mails.lines(
                "Subject: Date: is no field here",
                "DATE: x",
                "Message-Id \t : <a@b>",
                "From: \"Bergsma, Mark\"",
                "\t(at home) <mark@wikimedia.org>",
                "",
                "Bcc: is body"));
    assertThat(names(header)).containsExactly("date", "message-id");
    assertThat(header.author()).contains(EmailAddress.of("mark@wikimedia.org"));
    assertThat(header.has("subject")).as("not asked for").isFalse();
  }

  @Test
  void foldedLinesAreNoFields() {
    assertThat(names(header("Subject: x", " Date: y", "\tBcc: z", "", ""))).isEmpty();
    assertThat(names(header("Bcc:", " a@b,", " c@d", "", ""))).containsExactly("bcc");
  }

  @Test
  void aLineThatIsNoFieldBeginsTheBody() {
    assertThat(names(header("Hello,", "Date: x", "", ""))).isEmpty();
    assertThat(names(header(" Date: x", "", ""))).isEmpty();
    assertThat(names(header(": x", "Date: y", "", ""))).isEmpty();
    assertThat(names(header("Bcc: x", "no field", "Date: y", "", ""))).containsExactly("bcc");
    assertThat(names(header("Bcc x: y", "Date: y", "", ""))).isEmpty();
    assertThat(names(header("Bcç: x", "Date: y", "", ""))).isEmpty();
    assertThat(names(header("", "Date: y"))).isEmpty();
  }

  @Test
  void suchALineBreaksIt() {
    assertThat(header("Hello,", "", "").isBroken()).isTrue();
    assertThat(header("From mark Thu Nov 26 12:00", "To: x", "", "").isBroken()).isTrue();
    assertThat(header("To: x", "Bcc\f: y", "", "").isBroken()).isTrue();
    assertThat(header("To: x", "Bcc", " : y", "", "").isBroken()).isTrue();
    assertThat(header("To: x", "", "Hello,").isBroken()).isFalse();
    assertThat(header("To: x", " ", "Subject: y").isBroken()).isFalse();
    assertThat(cut(1, "").isBroken()).isFalse();
    assertThat(cut(1, "\r\n").isBroken()).isFalse();
  }

  @Test
  void aContentMayHaveNothingElse() {
    assertThat(names(cut(1, ""))).isEmpty();
    assertThat(names(cut(1, "Date: x"))).containsExactly("date");
    assertThat(names(cut(1, "Date"))).isEmpty();
    assertThat(names(header("Date: x"))).containsExactly("date");
  }

  @Test
  void longNamesAreNotTakenForTheirBeginning() {
    assertThat(names(header("Bcc" + "x".repeat(5_000) + ": a@b", "Date: x")))
        .containsExactly("date");
  }

  static List<String> authors() {
    return List.of(
        "mark@wikimedia.org",
        "MARK <mark@wikimedia.org>",
        "\"mark\" (not rob@wikimedia.org) <mark@wikimedia.org>",
        "rob@wikimedia.org <mark@wikimedia.org>",
        "=?utf-8?q?J=C3=B6rg?= <mark@wikimedia.org>",
        "Jörg <mark@wikimedia.org>",
        "\r\n  mark@wikimedia.org\r\n\t");
  }

  @ParameterizedTest
  @MethodSource("authors")
  void theAuthorIsTheOneAddress(String body) {
    assertThat(header("From:" + body, "", "").author())
        .contains(EmailAddress.of("mark@wikimedia.org"));
  }

  static List<String> noAuthors() {
    return List.of(
        "",
        "mark",
        "mark@wikimedia.org, rob@wikimedia.org",
        "group: mark@wikimedia.org;",
        "mark@wikimedia.org (at home <rob@wikimedia.org>",
        "\\(<rob@wikimedia.org>) <mark@wikimedia.org>",
        "mark@wikimedia.org (" + "ö".repeat(FromField.LENGTH_MAX / 2) + ") <rob@wikimedia.org>",
        "x".repeat(FromField.LENGTH_MAX) + " <mark@wikimedia.org>");
  }

  @ParameterizedTest
  @MethodSource("noAuthors")
  void whoeverCanBeMistakenIsNone(String body) {
    assertThat(header("From:" + body, "", "").author()).isEmpty();
  }

  @Test
  void severalFromFieldsAreNoAuthorsAndThoseOfTheBodyDoNotCount() {
    String mark = "From: mark@wikimedia.org";
    assertThat(header(mark, "fRoM: rob@wikimedia.org", "", "").author()).isEmpty();
    assertThat(header(mark, mark, mark, "", "").author()).isEmpty();
    assertThat(header("To: x", "", mark).author()).isEmpty();
    assertThat(header(mark, "", mark).author()).isPresent();
    assertThat(header("From: jörg@wikimedia.org").author())
        .contains(EmailAddress.of("jörg@wikimedia.org"));
  }

  /** What is vouched for when it comes is what a signature vouches for when it leaves. */
  @Test
  void itSeesTheAuthorThatTheSignerSees() throws Exception {
    String[] pieces = {
      "From: ", "from :", "a@b.example", "<c@d.example>", "\r\n", "\r\n ", "x", ":", "(", ")", "\""
    };
    Random random = new Random(28);
    for (int n = 0; n < 3_000; n++) {
      StringBuilder content = new StringBuilder("To: x\r\n");
      random.ints(1 + random.nextInt(9), 0, pieces.length).forEach(i -> content.append(pieces[i]));
      byte[] left = leaving(content.append("\r\n\r\nbody\r\n").toString());
      var signed = HeaderFields.read(new Lines(new ByteArrayInputStream(left)));
      assertThat(cut(3, content.toString()).author())
          .as(content.toString())
          .isEqualTo(signed.flatMap(FromField::address));
    }
  }

  private static byte[] leaving(String content) throws Exception {
    OutgoingContent mail =
        new OutgoingContent(List.of(), Source.of(content.getBytes(UTF_8)), DkimSigners.NONE);
    try (var in = ((Form.Ready) mail.as(true)).source().open()) {
      return in.readAllBytes();
    }
  }
}
