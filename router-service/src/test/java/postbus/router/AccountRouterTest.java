package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.accounts.AccountAnswer;
import postbus.accounts.Accounts;
import postbus.mail.AddressVerifier;
import postbus.mail.EmailAddress;
import postbus.router.Routing.Unroutable;
import postbus.site.DeliveryLimits;
import postbus.smtp.Inquiry;

/** While nobody can tell who has a mailbox, mail waits and no client is refused. */
class AccountRouterTest {
  private static final Accounts AWAY = _ -> new AccountAnswer.Away("not now");

  @TempDir Path folder;
  private OracleSite site;

  @BeforeEach
  void start() throws Exception {
    site = OracleSite.in(folder);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void mailForPeopleWaitsAndNoneIsRefused() {
    Router router = new Router(RoutingTable.of(site.site(), away()), DeliveryLimits.DEFAULT);
    Routing routing =
        router.route(
            OracleSite.mail("a@example.org", "mx", "mark@wikimedia.org", "no@wikimedia.org"));
    assertThat(routing.failed()).isEmpty();
    assertThat(routing.deferred())
        .hasSize(2)
        .extracting(Unroutable::reply)
        .allSatisfy(reply -> assertThat(reply.toString()).isEqualTo("451 4.4.3 not now"));
  }

  @Test
  void aClientIsAskedToComeAgain() {
    AddressVerifier verifier =
        TimelyVerifier.of(site.site(), away(), (_, _) -> new Inquiry.Silent("nobody is asked"));
    assertThat(verifier.verify(EmailAddress.of("mark@wikimedia.org")).reply().toString())
        .isEqualTo("451 4.4.3 not now");
  }

  @Test
  void whoIsDisabledStillGetsMail() throws Exception {
    Files.writeString(folder.resolve("accounts"), "mark@wikimedia.org:x::::::nologin\n");
    Routing routing =
        site.router().route(OracleSite.mail("a@example.org", "mx", "mark@wikimedia.org"));
    assertThat(routing.deliveries()).hasSize(1);
  }

  private Sources away() {
    Sources all = site.sources(_ -> new OtrsAddresses.Answer.No());
    return new Sources(all.files(), all.exchangers(), all.queues(), AWAY);
  }
}
