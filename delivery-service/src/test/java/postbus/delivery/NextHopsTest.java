package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import postbus.delivery.NextHops.Found;
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Exchanger;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.NextHop;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.smtp.Server;

class NextHopsTest {
  private final MailExchangers dns =
      domain ->
          switch (domain) {
            case "gone.example" -> new MailExchangers.Never("no such domain");
            case "slow.example" -> new MailExchangers.Later("DNS is silent");
            default ->
                new MailExchangers.Found(
                    List.of(new Exchanger("mx." + domain, 10, List.of("192.0.2.1", "::1"))));
          };
  private final NextHops nextHops = new NextHops(dns, 25);

  @Test
  void theFirstDomainOfASiteLeadsToItsServers() {
    assertThat(servers(nextHops.of(mail("a.example", "", "u@a.example", "v@b.example"), false)))
        .containsExactly("mx.a.example", "mx.a.example");
  }

  @Test
  void aDomainThatIsGoneDoesNotFailTheMailOfItsNeighbours() {
    assertThat(
            servers(nextHops.of(mail("gone.example", "", "u@gone.example", "v@b.example"), false)))
        .containsExactly("mx.b.example", "mx.b.example");
    assertThat(nextHops.of(mail("gone.example", "u@gone.example"), false))
        .isInstanceOfSatisfying(
            Found.Nowhere.class,
            nowhere -> assertThat(nowhere.outcome()).isInstanceOf(Bounced.class));
  }

  /** RFC 8689: a name that DNS alone vouches for may be anybody's. */
  @Test
  void aMailThatNeedsTlsGoesToNamedHostsAlone() {
    MailParameters needsTls = new MailParameters(Return.UNSAID, "", true);
    Envelope byDns = mail("a.example", "u@a.example").with(needsTls);
    assertThat(nextHops.of(byDns, false))
        .isInstanceOfSatisfying(
            Found.Nowhere.class,
            nowhere ->
                assertThat(nowhere.outcome())
                    .isInstanceOfSatisfying(
                        Bounced.class,
                        bounced ->
                            assertThat(bounced.cause().reply().toString()).contains("5.7.30")));
    Route named = new Route("normal", "x", NextHop.Hosts.of(new NextHop.Host("127.0.0.1", 2526)));
    assertThat(servers(nextHops.of(byDns.via(named), false))).containsExactly("127.0.0.1");
  }

  @Test
  void whatDnsDoesNotSayWaits() {
    assertThat(nextHops.of(mail("slow.example", "", "u@slow.example", "v@b.example"), false))
        .isInstanceOfSatisfying(
            Found.Nowhere.class,
            nowhere -> assertThat(nowhere.outcome()).isInstanceOf(Deferred.class));
  }

  @Test
  void aMailThatWasRoutedByOtherExchangersHasMoved() {
    Envelope mail = mail("a.example", "mx.former.example", "u@a.example");
    assertThat(nextHops.of(mail, false)).isInstanceOf(Found.Moved.class);
    assertThat(servers(nextHops.of(mail, true))).containsOnly("mx.a.example");
  }

  @Test
  void whoseExchangersTheyAreNotIsSentToNone() {
    Envelope mail = mail("a.example", "mx.former.example", "u@a.example", "v@b.example");
    assertThat(nextHops.of(mail, true))
        .isInstanceOfSatisfying(
            Found.Nowhere.class,
            nowhere -> assertThat(nowhere.outcome()).isInstanceOf(Deferred.class));
  }

  private static List<String> servers(Found found) {
    return ((Found.Servers) found).all().stream().map(Server::host).toList();
  }

  private static Envelope mail(String domain, String recipient) {
    return mail(domain, "", recipient);
  }

  private static Envelope mail(String domain, String hosts, String... recipients) {
    return Envelope.begin(
            MailId.next(),
            new ReversePath.Null(),
            Stream.of(recipients).map(EmailAddress::of).map(Recipient::of).toList(),
            new Client("127.0.0.1", "", "mx", true),
            Body.of(0))
        .via(new Route("normal", "site", new NextHop.Exchangers(domain, hosts)));
  }
}
