package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.content.Mails.eightBit;
import static postbus.content.Mails.left;
import static postbus.content.Mails.lines;
import static postbus.content.Mails.ready;
import static postbus.content.Mails.sevenBit;
import static postbus.content.Mails.why;

import java.util.List;
import org.junit.jupiter.api.Test;
import postbus.mail.HeaderField;

class OutgoingContentTest {
  private static final String LONG = "word ".repeat(250).strip();

  @Test
  void aCleanMailLeavesAsItCame() {
    String mail = lines("From: jane@example.org", "", "Hello.");
    assertThat(sevenBit(mail)).isEqualTo(mail);
    assertThat(ready(mail, false).eightBit()).isFalse();
  }

  @Test
  void ourFieldsAreOnTop() throws Exception {
    HeaderField received = new HeaderField("Received", "from a\r\n\tby b");
    byte[] content = Mails.octets(lines("Subject: x", "", "y"));
    Form form =
        new OutgoingContent(List.of(received), Source.of(content), DkimSigners.NONE).as(false);
    assertThat(left(form)).isEqualTo(lines("Received: from a", "\tby b", "Subject: x", "", "y"));
  }

  @Test
  void whatIsNotInMemoryLeavesTheSame() throws Exception {
    byte[] content = Mails.octets(lines("Subject: x", "", "y".repeat(50_000), "\u00e9", ""));
    Source inMemory = Source.of(content);
    Source elsewhere = inMemory::open;
    assertThat(left(new OutgoingContent(List.of(), elsewhere, DkimSigners.NONE).as(false)))
        .isEqualTo(left(new OutgoingContent(List.of(), inMemory, DkimSigners.NONE).as(false)));
  }

  @Test
  void loneCrAndLfBecomeLineEnds() {
    assertThat(eightBit("A: b\nC: d\r\n\r\none\rtwo\n.\r\nthree\r\r\nfour\n\n.\r\r.\nend"))
        .isEqualTo(
            lines("A: b", "C: d", "", "one", "two", ".", "three", "", "four", "", ".", "", ".")
                + "end\r\n");
  }

  @Test
  void forMailboxesOnlyLineEndsAreMended() throws Exception {
    String mail = "A: b\r\nno field\r\n\r\n" + LONG + "\0\u00e9\none\rtwo\r\nend";
    Source content = Source.of(Mails.octets(mail));
    HeaderField received = new HeaderField("Received", "from a");
    Form.Ready form =
        new OutgoingContent(List.of(received), content, DkimSigners.NONE).forMailboxes();
    String expected = "Received: from a\r\n" + mail.replaceAll("\r\n|\r|\n", "\r\n") + "\r\n";
    assertThat(left(form)).isEqualTo(expected);
    assertThat(form.size()).isEqualTo(expected.length());
    assertThat(form.eightBit()).isTrue();
  }

  @Test
  void anEmptyMailStaysEmpty() {
    assertThat(ready("", false).size()).isZero();
  }

  @Test
  void aLineThatIsNoFieldBeginsTheBody() {
    String mbox = lines("From jane Mon Nov 23 10:00:00 2026", "Subject: x", "", "y");
    assertThat(sevenBit(mbox)).isEqualTo("\r\n" + mbox);
    assertThat(sevenBit(lines("Subject: x", "just text", "more")))
        .isEqualTo(lines("Subject: x", "", "just text", "more"));
  }

  @Test
  void aContentThatBeginsWithWhiteSpaceDoesNotGoOnWithOurField() throws Exception {
    Source content = Source.of(Mails.octets(lines(" b=forged", "Subject: x", "", "y")));
    HeaderField ours = new HeaderField("Received", "by b");
    assertThat(left(new OutgoingContent(List.of(ours), content, DkimSigners.NONE).as(true)))
        .startsWith(lines("Received: by b", "", " b=forged"));
  }

  @Test
  void overlongFieldsAreFoldedAtWhiteSpace() {
    String mail = lines("To: " + "jane@example.org, ".repeat(100) + "x@y", "", "Hello.");
    String left = eightBit(mail);
    assertThat(left.lines()).allMatch(line -> line.length() <= 998);
    assertThat(left.replace("\r\n ", " ")).isEqualTo(mail);
  }

  @Test
  void anOverlongFieldWithoutWhiteSpaceStays() {
    String mail = lines("X-Token: " + "a".repeat(2000), "", "Hello.");
    assertThat(eightBit(mail).replace("\r\n aaa", " aaa")).isEqualTo(mail);
  }

  @Test
  void overlongTextIsQuotedEvenForEightBitServers() {
    String mail =
        lines(
            "MIME-Version: 1.0",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            LONG + " caf\u00c3\u00a9 = ",
            "end");
    String left = eightBit(mail);
    assertThat(left.lines()).allMatch(line -> line.length() <= 76);
    assertThat(left).contains("Content-Transfer-Encoding: quoted-printable\r\n");
    assertThat(Mails.unquoted(Mails.body(left))).isEqualTo(Mails.body(mail));
  }

  @Test
  void overlongTextWithoutMimeIsLabelled() {
    assertThat(eightBit(lines("Subject: x", "", LONG)))
        .startsWith(
            lines(
                "Subject: x",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=us-ascii",
                "Content-Transfer-Encoding: quoted-printable",
                ""))
        .matches(left -> Mails.unquoted(Mails.body(left)).equals(LONG + "\r\n"));
  }

  @Test
  void whatIsSignedByItsSenderKeepsItsLongLines() {
    String mail = lines("DKIM-Signature: v=1; b=x", "Subject: x", "", LONG);
    assertThat(eightBit(mail)).isEqualTo(mail);
    String signed =
        lines(
            "Content-Type: multipart/signed; boundary=b",
            "",
            "--b",
            "",
            LONG,
            "--b",
            "Content-Type: application/pgp-signature",
            "",
            "sig",
            "--b--");
    assertThat(eightBit(signed)).isEqualTo(signed);
  }

  @Test
  void nulInABodyIsEncoded() {
    assertThat(Mails.body(eightBit(lines("Subject: x", "", "a\0b")))).isEqualTo("a=00b\r\n");
  }

  @Test
  void eightBitsStayForServersThatTakeThem() {
    String mail = lines("Subject: x", "", "caf\u00e9");
    assertThat(eightBit(mail)).isEqualTo(mail);
    assertThat(ready(mail, true).eightBit()).isTrue();
  }

  @Test
  void undeclaredEightBitTextIsLabelled() {
    assertThat(sevenBit(lines("Subject: x", "", "caf\u00e9 ")))
        .isEqualTo(
            lines(
                "Subject: x",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=unknown-8bit",
                "Content-Transfer-Encoding: quoted-printable",
                "",
                "caf=E9=20"));
  }

  @Test
  void everyPartThatNeedsItIsConverted() {
    assertThat(sevenBit(Mails.resource("mixed-8bit.eml")))
        .isEqualTo(Mails.resource("mixed-7bit.eml"));
  }

  @Test
  void aSinglePartThatIsNoTextGoesIntoBase64() {
    String mail =
        lines(
            "MIME-Version: 1.0",
            "Content-Type: application/octet-stream",
            "Content-Transfer-Encoding: binary",
            "",
            "\u00ff".repeat(100));
    String left = sevenBit(mail);
    assertThat(left).endsWith("\r\n").contains("Content-Transfer-Encoding: base64\r\n");
    assertThat(left.lines()).allMatch(line -> line.length() <= 76);
    assertThat(new String(Mails.unbase64(Mails.body(left)), Mails.CHARSET))
        .isEqualTo(Mails.body(mail));
  }

  @Test
  void whatCannotBeConvertedIsUnfitAndSaysWhy() {
    assertThat(why(lines("Subject: caf\u00e9", "", "x"))).contains("header");
    assertThat(why(lines("Content-Type: multipart/mixed; boundary=b", "", "caf\u00e9", "--b--")))
        .contains("outside");
    assertThat(
            why(
                lines(
                    "Content-Type: multipart/signed; boundary=b",
                    "",
                    "--b",
                    "Content-Transfer-Encoding: 8bit",
                    "",
                    "caf\u00e9",
                    "--b--")))
        .contains("signed");
    assertThat(why(lines("Content-Type: multipart/mixed", "", "caf\u00e9"))).contains("broken");
    assertThat(why(lines("Content-Transfer-Encoding: base64", "", "caf\u00e9")))
        .contains("Content-Transfer-Encoding");
    assertThat(
            why(
                lines(
                    "Content-Type: multipart/mixed; boundary=b",
                    "",
                    "--b",
                    "Content-Disposition: attachment; filename=caf\u00e9.txt",
                    "",
                    "x",
                    "--b--")))
        .contains("header");
  }

  @Test
  void theSameMailIsStillFitForAServerThatTakesEightBits() {
    String mail = lines("Subject: caf\u00e9", "", "x");
    assertThat(eightBit(mail)).isEqualTo(mail);
  }
}
