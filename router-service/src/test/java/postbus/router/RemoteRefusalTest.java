package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import postbus.mail.SmtpReply;

class RemoteRefusalTest {
  @Test
  void theServersWordsAndStatusAreKept() {
    assertThat(refusal(SmtpReply.of(553, "5.1.10", "No such user")))
        .isEqualTo("550 5.1.10 the server of x.org says: No such user");
  }

  @Test
  void aReplyOfManyLinesIsOne() {
    SmtpReply said = new SmtpReply(550, Optional.empty(), List.of("No", "such", "user"));
    assertThat(refusal(said)).isEqualTo("550 5.1.1 the server of x.org says: No such user");
  }

  @Test
  void controlCharactersAndOtherAlphabetsDoNotPass() {
    assertThat(refusal(SmtpReply.of(550, "5.1.1", "No\r\n250 \u0000\u001b[31msüch\u0085user")))
        .isEqualTo("550 5.1.1 the server of x.org says: No 250  [31ms ch user");
  }

  @Test
  void aLongStoryIsCut() {
    SmtpReply reply = RemoteRefusal.of("x.org", SmtpReply.of(550, "5.1.1", "no ".repeat(10_000)));
    assertThat(reply.text()).hasSizeLessThan(RemoteRefusal.TEXT_MAX + 50).endsWith("...");
  }

  private static String refusal(SmtpReply said) {
    return RemoteRefusal.of("x.org", said).toString();
  }
}
