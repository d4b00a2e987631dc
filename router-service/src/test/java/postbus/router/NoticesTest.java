package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.router.Routing.Delivery;
import postbus.site.InvalidSite;

/** What senders asked to hear, where aliases lead their mail on (RFC 3461, section 5.2.7). */
class NoticesTest {
  private static final String FIRST = "rfc822;first@example.net";

  @TempDir Path folder;
  private OracleSite site;

  @BeforeEach
  void start() throws IOException, InvalidSite {
    OracleSite.copy(OracleSite.ORACLE.resolve("site"), folder);
    Files.writeString(
        folder.resolve("aliases/wikimedia.org"),
        "\none: u@example.org\nmany: u@example.org, v@example.org\nlost: no-such-user, one\n",
        StandardOpenOption.APPEND);
    site = OracleSite.at(folder, OracleSite.ORACLE);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void oneAddressInPlaceOfAnotherKeepsAllThatWasAsked() {
    Routing routing = route("one", Notify.SUCCESS, Notify.DELAY);
    assertThat(routing.expanded()).isEmpty();
    assertThat(recipients(routing))
        .containsExactly(recipient("u@example.org", "one", Notify.SUCCESS, Notify.DELAY));
  }

  @Test
  void ofSeveralInPlaceOfOneTheSenderHearsOnceThatTheyAreSeveral() {
    Routing routing = route("many", Notify.SUCCESS, Notify.FAILURE);
    assertThat(routing.expanded())
        .containsExactly(recipient("many", Notify.SUCCESS, Notify.FAILURE));
    assertThat(recipients(routing))
        .containsExactly(
            recipient("u@example.org", "many", Notify.FAILURE),
            recipient("v@example.org", "many", Notify.FAILURE));
  }

  @Test
  void whoAskedForSuccessAloneHearsNothingOfTheSeveral() {
    Routing routing = route("many", Notify.SUCCESS);
    assertThat(recipients(routing))
        .allSatisfy(one -> assertThat(one.parameters().notices()).containsExactly(Notify.NEVER));
  }

  @Test
  void whoDidNotAskDoesNotHearOfTheSeveral() {
    Routing routing = route("many", Notify.FAILURE);
    assertThat(routing.expanded()).isEmpty();
    assertThat(recipients(routing)).hasSize(2);
  }

  @Test
  void whatFailsBehindAnAliasIsToldByTheFirstAddress() {
    Routing routing = route("lost", Notify.FAILURE);
    assertThat(routing.failed().getFirst().recipient())
        .isEqualTo(recipient("no-such-user@wikimedia.org", "lost", Notify.FAILURE));
  }

  private Routing route(String alias, Notify... asked) {
    Envelope mail = OracleSite.mail("s@example.net", "mx", alias + "@wikimedia.org");
    return site.router().route(mail.to(List.of(recipient(alias, asked))));
  }

  private static List<Recipient> recipients(Routing routing) {
    return routing.deliveries().stream().map(Delivery::recipients).flatMap(List::stream).toList();
  }

  private static Recipient recipient(String alias, Notify... asked) {
    return recipient(alias + "@wikimedia.org", alias, asked);
  }

  private static Recipient recipient(String address, String alias, Notify... asked) {
    return new Recipient(
        EmailAddress.of(address),
        EmailAddress.of(alias + "@wikimedia.org"),
        new RecipientParameters(Set.of(asked), FIRST));
  }
}
