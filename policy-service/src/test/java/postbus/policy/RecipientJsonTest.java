package postbus.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.MalformedRecord;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

class RecipientJsonTest {
  private static final String QUESTION =
      "{\"client\":{\"address\":\"127.0.9.1\",\"helo\":\"out.example\",\"listener\":\"mx\","
          + "\"trusted\":false},\"reversePath\":\"a@example.org\","
          + "\"recipient\":\"mark@wikimedia.org\",\"later\":1}";

  @Test
  void aQuestionIsReadAndUnknownFieldsAreSkipped() throws MalformedRecord {
    assertThat(RecipientJson.read(QUESTION.getBytes(UTF_8)))
        .isEqualTo(
            new RecipientQuestion(
                new Client("127.0.9.1", "out.example", "mx", false),
                ReversePath.of("a@example.org"),
                EmailAddress.of("mark@wikimedia.org")));
  }

  @Test
  void anEmptyReversePathIsTheNullSender() throws MalformedRecord {
    byte[] bounce = QUESTION.replace("a@example.org", "").getBytes(UTF_8);
    assertThat(RecipientJson.read(bounce).reversePath()).isEqualTo(new ReversePath.Null());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "127.0.9.1>somewhere>address",
        "\"trusted\":false>\"trusted\":\"no\">trusted",
        "a@example.org>a>reversePath",
        "mark@wikimedia.org>mark>recipient",
        "\"listener\">\"door\">listener",
        "{\"client\">[\"client\">JSON"
      })
  void whatCannotBeReadNamesTheField(String right, String wrong, String named) {
    byte[] question = QUESTION.replace(right, wrong).getBytes(UTF_8);
    assertThatThrownBy(() -> RecipientJson.read(question))
        .isInstanceOf(MalformedRecord.class)
        .hasMessageContaining(named);
  }

  @Test
  void anAnswerHoldsTheReplyInOneLine() throws Exception {
    assertThat(RecipientJson.write(SmtpReply.of(550, "5.1.1", "unknown user")))
        .asString()
        .isEqualTo("{\"reply\":\"550 5.1.1 unknown user\"}");
  }
}
