package postbus.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;

/** The door that the ingress knocks at: 200 with a reply, or 400 with what was expected. */
class RecipientResourceTest {
  private static final String QUESTION =
      "{\"client\":{\"address\":\"127.0.9.1\",\"helo\":\"out.example\",\"listener\":\"mx\","
          + "\"trusted\":false},\"reversePath\":\"a@example.org\","
          + "\"recipient\":\"mark@wikimedia.org\"}";

  private final List<EmailAddress> asked = new ArrayList<>();
  private SmtpReply reply = SmtpReply.of(250, "2.1.5", "Ok");
  private final RecipientResource resource =
      new RecipientResource(
          new Policy(
              address -> {
                asked.add(address);
                return new Verification(Standing.LOCAL, reply);
              },
              List.of(new AddressExists()),
              List.of()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "250 2.1.5 Ok",
        "550 5.1.1 This \\\"person\\\" has left",
        "450 4.2.1 mailbox is being moved",
        "451 4.4.3 later"
      })
  void aQuestionIsAnsweredWithTheReplyThatTheClientHears(String text) throws IOException {
    reply = SmtpReply.parse(text.replace("\\", "")).orElseThrow();
    Response response = resource.onRecipient(QUESTION.getBytes(UTF_8));
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat((byte[]) response.getEntity())
        .asString(UTF_8)
        .isEqualTo("{\"reply\":\"" + text + "\"}");
    assertThat(asked).containsExactly(EmailAddress.of("mark@wikimedia.org"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "nonsense", "\u0000", "{\"client\":", "\"text\"", "[]", "null"})
  void whatIsNoJsonObjectIsRefused(String body) throws IOException {
    assertRefused(body).startsWith("expected a JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "\"client\">\"c\">client: expected OBJECT, found MISSING",
        "\"address\">\"a\">address: expected STRING, found MISSING",
        "127.0.9.1>localhost>address: expected an IP address",
        "\"helo\">\"h\">helo: expected STRING, found MISSING",
        "\"listener\">\"l\">listener: expected STRING, found MISSING",
        "\"trusted\":false>\"trusted\":0>trusted: expected BOOLEAN, found NUMBER",
        "\"reversePath\">\"from\">reversePath: expected STRING, found MISSING",
        "a@example.org>a>reversePath: expected an address, or nothing for the null sender",
        "\"recipient\">\"to\">recipient: expected STRING, found MISSING",
        "\"mark@wikimedia.org\">null>recipient: expected STRING, found NULL",
        "mark@wikimedia.org>mark>recipient: expected local-part@domain",
        "mark@wikimedia.org>a\\r\\nb@x.org>recipient: expected an address without control characters"
      })
  void whatIsMissingOrMistakenIsNamed(String right, String wrong, String said) throws IOException {
    assertRefused(QUESTION.replace(right, wrong)).isEqualTo(said + "\n");
  }

  @Test
  void neitherLengthNorDepthDoesHarm() throws IOException {
    assertRefused("[".repeat(1 << 20)).startsWith("expected a JSON object");
    assertRefused("{\"client\":\"" + "x".repeat(1 << 20)).startsWith("expected a JSON object");
    assertThat(
            resource
                .onRecipient(QUESTION.replace("out.example", "x".repeat(1 << 20)).getBytes(UTF_8))
                .getStatus())
        .isEqualTo(200);
  }

  private AbstractStringAssert<?> assertRefused(String body) throws IOException {
    Response response = resource.onRecipient(body.getBytes(UTF_8));
    assertThat(response.getStatus()).isEqualTo(400);
    assertThat(response.getMediaType()).hasToString("text/plain");
    assertThat(asked).isEmpty();
    return assertThat(Optional.ofNullable(response.getEntity()).map(Object::toString).orElse(""));
  }
}
