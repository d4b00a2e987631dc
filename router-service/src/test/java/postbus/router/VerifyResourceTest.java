package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;

class VerifyResourceTest {
  private final List<EmailAddress> asked = new ArrayList<>();
  private final VerifyResource resource =
      new VerifyResource(address -> {
        asked.add(address);
        return new Verification(Standing.RELAYED, SmtpReply.of(550, "5.1.1", "No such user"));
      });

  @Test
  void anAddressIsAnsweredWithItsDomainsStandingAndAReply() {
    Response response = resource.verify("\"a b\"+c@Example.org");
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.getEntity())
        .isEqualTo(new VerifyResource.Answer("relayed", "550 5.1.1 No such user"));
    assertThat(asked).containsExactly(EmailAddress.of("\"a b\"+c@example.org"));
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "mark",
        "@example.org",
        "mark@",
        "a@x.org\r\nDATA",
        "a\nb@x.org",
        "a\u0000@x.org",
        "a\u007f@x.org"
      })
  void whatIsNoAddressIsRefusedAndNobodyIsAsked(String address) {
    Response response = resource.verify(address);
    assertThat(response.getStatus()).isEqualTo(400);
    assertThat(response.getEntity()).isEqualTo("expected ?address=user@domain\n");
    assertThat(response.getMediaType()).hasToString("text/plain");
    assertThat(asked).isEmpty();
  }

  @Test
  void anEndlessAddressIsRefused() {
    String tooLong = "a".repeat(VerifyResource.ADDRESS_MAX) + "@x.org";
    assertThat(resource.verify(tooLong).getStatus()).isEqualTo(400);
    assertThat(asked).isEmpty();
  }
}
