package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.EmailAddress;
import postbus.mail.Recipient;
import postbus.mail.SmtpReply;

class ExtensionsTest {

  @Test
  void keywordsAreFoundHoweverTheyAreWritten() {
    Extensions extensions = offered("size 1000", "AUTH=LOGIN PLAIN", " 8bitmime ", "PIPELINING");
    assertThat(extensions.sizeMax()).isEqualTo(1000);
    assertThat(extensions.eightBitMime()).isTrue();
    assertThat(extensions.pipelining()).isTrue();
    assertThat(extensions.chunking()).isFalse();
    assertThat(extensions.serverName()).isEqualTo("mx.example.net");
  }

  @ParameterizedTest
  @CsvSource({"SIZE", "SIZE 0", "SIZE many", "SIZE -1", "SIZE 99999999999999999999999", "DSN"})
  void aSizeThatIsNoBoundBoundsNothing(String line) {
    assertThat(offered(line).sizeMax()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "LIMITS RCPTMAX=3, 3",
    "LIMITS MAILMAX=1 rcptmax=2, 2",
    "LIMITS RCPTDOMAINMAX=1, 2",
    "LIMITS RCPTDOMAINMAX=2, 4",
    "LIMITS RCPTDOMAINMAX=2 RCPTMAX=3, 3",
    "LIMITS RCPTDOMAINMAX=9 RCPTMAX=9, 5",
    "LIMITS RCPTMAX=0, 5",
    "LIMITS RCPTMAX=some, 5",
    "LIMITS, 5",
    "PIPELINING, 5",
  })
  void limitsTellHowManyRecipientsATransactionTakes(String line, int room) {
    List<Recipient> five =
        Stream.of("a@x.org", "b@x.org", "c@y.org", "d@y.org", "e@z.org")
            .map(EmailAddress::of)
            .map(Recipient::of)
            .toList();
    assertThat(offered(line).room(five)).isEqualTo(room);
  }

  @Test
  void limitsTellHowManyTransactionsAConnectionTakes() {
    assertThat(offered("LIMITS MAILMAX=7").transactionsMax()).isEqualTo(7);
    assertThat(offered("DSN").transactionsMax()).isEqualTo(Long.MAX_VALUE);
  }

  private static Extensions offered(String... lines) {
    List<String> all =
        Stream.concat(Stream.of("mx.example.net at your service"), Arrays.stream(lines)).toList();
    return Extensions.of(new SmtpReply(250, Optional.empty(), all));
  }
}
