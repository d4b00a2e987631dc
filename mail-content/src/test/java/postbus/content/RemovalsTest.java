package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.content.Mails.lines;

import java.io.InputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.Removal;

class RemovalsTest {
  private static final Removal SCORE = Removal.of("X-Spam-Score");
  private static final Removal RESULTS = new Removal("Authentication-Results", "mx.example.org");

  @Test
  void aFieldStaysBehindWithItsFoldsAndNothingElse() throws Exception {
    String mail =
        lines(
            "Subject: X-Spam-Score",
            "x-SPAM-score: -5",
            "\t(-----)",
            "  and more",
            "X-Spam-Scores: 2",
            "X-Spam-Score : 1",
            "",
            "X-Spam-Score: in the body");
    assertThat(without(mail, SCORE))
        .isEqualTo(
            lines("Subject: X-Spam-Score", "X-Spam-Scores: 2", "", "X-Spam-Score: in the body"));
  }

  @Test
  void ofAuthenticationResultsOnlyThoseInOurNameStayBehind() throws Exception {
    String others =
        lines("Authentication-Results: example.net; spf=pass", "Authentication-Results:");
    String ours =
        lines(
            "Authentication-Results: mx.example.org; spf=pass",
            "Authentication-Results: MX.example.org 1; none",
            "Authentication-Results:",
            " (we (ourselves)) \"mx.example.org\"",
            "\t; dkim=pass");
    assertThat(without(others + ours + "\r\nx\r\n", RESULTS)).isEqualTo(others + "\r\nx\r\n");
    assertThat(without(ours + others + "\r\nx\r\n", RESULTS)).isEqualTo(others + "\r\nx\r\n");
  }

  @Test
  void whoHidesTheFirstTokenBehindKilobytesOfCommentsIsNotBelieved() throws Exception {
    String hidden = "Authentication-Results: (" + "x".repeat(900) + ")\r\n";
    String folds = (" (" + "x".repeat(900) + ")\r\n").repeat(5) + " mx.example.org; spf=pass\r\n";
    assertThat(without(hidden + folds + "A: b\r\n\r\n", RESULTS)).isEqualTo("A: b\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mx.example.org; dmarc=pass", "\"mx.example.org\"; dmarc=pass"})
  void whereverTheLookEndsNoFieldInOurNameIsLeft(String body) throws Exception {
    for (int length = 4_040; length <= 4_100; length++) {
      String comment = "(" + "x".repeat(length) + ")";
      String[] forms = {
        "Authentication-Results: " + comment + body,
        "Authentication-Results: " + comment + "\r\n " + body,
        "Authentication-Results:\r\n " + " ".repeat(length) + body,
        "Authentication-Results" + " ".repeat(length) + ": " + body
      };
      for (String field : forms) {
        String mail = "A: b\r\n" + field + "\r\nC: d\r\n\r\nx";
        assertThat(without(mail, RESULTS)).as(mail).isEqualTo(lines("A: b", "C: d", "", "x"));
      }
      String other = lines("Authentication-Results: example.net; " + comment, "", "x");
      assertThat(without(other, RESULTS)).isEqualTo(other);
    }
  }

  @Test
  void whatOnlyBecomesAFieldOnItsWayOutStaysBehindToo() throws Exception {
    String mail = "A: b\nX-Spam-Score: 1\rX-Spam-Score: 2\r\nC: d\r\n\r\nx";
    assertThat(without(mail, SCORE)).isEqualTo(lines("A: b", "C: d", "", "x"));
    HeaderEdits edits = new HeaderEdits(List.of(new HeaderField("X", "y")), List.of(SCORE));
    Source content = Source.of(Mails.octets(mail));
    assertThat(Mails.left(new OutgoingContent(edits, content, DkimSigners.NONE).as(false)))
        .isEqualTo(lines("X: y", "A: b", "C: d", "", "x"));
  }

  @Test
  void whatLeavesIsWhatIsSigned() throws Exception {
    String mail = lines("From: joe@football.example.com", "X-Spam-Score: 1", "Subject: x", "", "y");
    HeaderEdits edits = new HeaderEdits(List.of(), List.of(SCORE));
    Source content = Source.of(Mails.octets(mail));
    String left = Mails.left(new OutgoingContent(edits, content, Keys.both()).as(false));
    assertThat(left).startsWith("DKIM-Signature:").doesNotContain("X-Spam-Score");
    assertThat(left).endsWith(lines("From: joe@football.example.com", "Subject: x", "", "y"));
  }

  @Test
  void onlyRemovalsThatMeetAFieldAreTold() throws Exception {
    Source content = Source.of(Mails.octets("X-Spam-Score: 1\r\nX-Spam-Score: 2\r\n\r\n"));
    assertThat(Removals.met(List.of(SCORE, RESULTS), content)).containsExactly(SCORE);
  }

  @Test
  void withoutRemovalsTheContentIsNotTouched() {
    Source content = Source.of(new byte[0]);
    assertThat(Removals.without(List.of(), content)).isSameAs(content);
  }

  @Test
  void whateverAClientSendsNoSuchFieldIsLeftInItsHeader() throws Exception {
    Random random = new Random(8601);
    String[] pieces = {"\r", "\n", "\r\n", ":", " ", "\t", "A: b", "X-Spam-Score: 1", "\r\n\r\n"};
    for (int i = 0; i < 3_000; i++) {
      StringBuilder mail = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        mail.append(pieces[random.nextInt(pieces.length)]);
      }
      String left = without(mail.toString(), SCORE);
      String header = ("\r\n" + left).split("\r\n\r\n", 2)[0];
      assertThat(header).as(mail.toString()).doesNotContain("\r\nX-Spam-Score:");
      assertThat(without(left, SCORE)).isEqualTo(left);
    }
  }

  private static String without(String mail, Removal removal) throws Exception {
    Source source = Removals.without(List.of(removal), Source.of(Mails.octets(mail)));
    try (InputStream in = source.open()) {
      return new String(in.readAllBytes(), Mails.CHARSET);
    }
  }
}
