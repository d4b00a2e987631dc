package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What some server somewhere takes for the end of a mail. None of it ends one here, what follows is
 * never taken for commands, and the mail is refused, so that no server behind us can err either.
 */
class SmugglingTest {
  private static final String SMUGGLED =
      "MAIL FROM:<admin@example.org>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nevil\r\n";

  @TempDir private Path folder;

  /** False ends, by the octets around the dot. */
  enum FalseEnd {
    CR_DOT_CR("\r.\r"),
    LF_DOT_LF("\n.\n"),
    CRLF_DOT_LF("\r\n.\n"),
    LF_DOT_CRLF("\n.\r\n"),
    CR_DOT_CRLF("\r.\r\n"),
    CRLF_DOT_CR("\r\n.\r"),
    LF_DOT_CR("\n.\r"),
    CR_DOT_LF("\r.\n"),
    LFCR_DOT_LFCR("\n\r.\n\r"),
    CRLFCR_DOT_CRLF("\r\n\r.\r\n"),
    CRLF_DOT_CRCRLF("\r\n.\r\r\n"),
    CRLF_DOT_LFCR("\r\n.\n\r"),
    LFLF_DOT_LFLF("\n\n.\n\n"),
    CRLF_NUL_DOT_CRLF("\r\n\0.\r\n"),
    CRLF_DOT_NUL_CRLF("\r\n.\0\r\n"),
    CRLF_DOT_CR_NUL_LF("\r\n.\r\0\n");

    private final String octets;

    FalseEnd(String octets) {
      this.octets = octets;
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterData(FalseEnd falseEnd) throws IOException {
    Talk talk = Talk.ofMail(folder).send("DATA").says("354");
    talk.raw("a: b\r\n\r\nfirst" + falseEnd.octets + SMUGGLED).saysNothingMore();
    talk.raw("\r\n.\r\n").says("554 5.6.0").saysNothingMore();
    talk.send("NOOP").says("250 2.0.0").saysNothingMore();
    assertThat(talk.mails).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void afterDataOctetByOctet(FalseEnd falseEnd) throws IOException {
    Talk talk = Talk.ofMail(folder).send("DATA").says("354");
    String content = "a: b\r\n\r\nfirst" + falseEnd.octets + SMUGGLED + "\r\n.\r\n";
    content.chars().forEach(octet -> talk.raw(String.valueOf((char) octet)));
    talk.says("554 5.6.0").saysNothingMore();
    assertThat(talk.mails).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void inAChunk(FalseEnd falseEnd) throws IOException {
    Talk talk = Talk.ofMail(folder);
    talk.last("a: b\r\n\r\nfirst" + falseEnd.octets + SMUGGLED).says("554 5.6.0");
    talk.saysNothingMore().send("NOOP").says("250 2.0.0").saysNothingMore();
    assertThat(talk.mails).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void acrossChunks(FalseEnd falseEnd) throws IOException {
    for (int cut = 0; cut <= falseEnd.octets.length(); cut++) {
      Talk talk = Talk.ofMail(folder);
      talk.chunk("a: b\r\n\r\nfirst" + falseEnd.octets.substring(0, cut));
      talk.last(falseEnd.octets.substring(cut) + SMUGGLED);
      talk.send("NOOP");
      String replies = talk.replies();
      assertThat(replies).containsOnlyOnce("554 5.6.0").endsWith("250 2.0.0 Ok\r\n");
      assertThat(replies.lines().count()).isEqualTo(3);
      assertThat(talk.mails).isEmpty();
    }
  }
}
