package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.AddressVerifier;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.SmtpReply;
import postbus.router.Routing.Delivery;
import postbus.router.Routing.Unroutable;
import postbus.site.DeliveryLimits;
import postbus.smtp.Inquiry;

/** Mail for OTRS queues, with the oracle's site, whose queues are in a file. */
class OtrsRouterTest {
  private static final EmailAddress OTRS = EmailAddress.of("otrs@ticket.wikimedia.org");
  private static final OtrsAddresses SILENT = _ -> new OtrsAddresses.Answer.Unknown("not now");

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
  void mailForAQueueGoesToOtrsAndKeepsTheAddressOfTheQueue() {
    EmailAddress queue = EmailAddress.of("Info@wikimedia.org");
    assertThat(route(site.router(), queue.toString()).deliveries())
        .containsExactly(
            new Delivery(
                new Route(
                    "normal",
                    "otrs.wikimedia.org",
                    new NextHop.Exchangers("ticket.wikimedia.org", "otrs.wikimedia.org")),
                List.of(new Recipient(OTRS, queue))));
    assertThat(verify(queue)).isEqualTo(new Verification(Standing.LOCAL, reply("250 2.1.5 Ok")));
  }

  @Test
  void aQueueThatIsAddedToTheFileWorksWithoutARestart() throws Exception {
    Router router = site.router();
    String queue = "a-new-queue@wikimedia.org";
    assertThat(route(router, queue).failed()).hasSize(1);
    Files.writeString(
        folder.resolve("otrs-system-addresses"), queue + "\n", StandardOpenOption.APPEND);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(route(router, queue).deliveries()).hasSize(1));
  }

  @Test
  void whileOtrsIsSilentMailOfPeopleAndQueuesWaitsAndNoneIsRefused() {
    Router router =
        new Router(RoutingTable.of(site.site(), site.sources(SILENT)), DeliveryLimits.DEFAULT);
    Routing routing =
        route(router, "mark@wikimedia.org", "no-such-user@wikimedia.org", "info@wikimedia.org");
    assertThat(routing.failed()).isEmpty();
    assertThat(routing.deferred())
        .hasSize(3)
        .extracting(Unroutable::reply)
        .containsOnly(reply("451 4.4.3 not now"));
  }

  @Test
  void whileOtrsIsSilentAClientIsAskedToComeAgain() {
    AddressVerifier verifier =
        TimelyVerifier.of(
            site.site(), site.sources(SILENT), (_, _) -> new Inquiry.Silent("nobody is asked"));
    assertThat(verifier.verify(EmailAddress.of("info@wikimedia.org")))
        .isEqualTo(new Verification(Standing.LOCAL, reply("451 4.4.3 not now")));
  }

  @Test
  void aliasesAndOtherDomainsDoNotDependOnOtrs() {
    Router router =
        new Router(RoutingTable.of(site.site(), site.sources(SILENT)), DeliveryLimits.DEFAULT);
    Routing routing = route(router, "user@example.org", "gone@wikimedia.org");
    assertThat(routing.deliveries()).hasSize(1);
    assertThat(routing.failed()).hasSize(1);
    assertThat(routing.deferred()).isEmpty();
  }

  private Verification verify(EmailAddress address) {
    return site.verifier().verify(address);
  }

  private static SmtpReply reply(String line) {
    String[] parts = line.split(" ", 3);
    return SmtpReply.of(Integer.parseInt(parts[0]), parts[1], parts[2]);
  }

  private static Routing route(Router router, String... recipients) {
    return router.route(OracleSite.mail("a@x.example", "mx", recipients));
  }
}
