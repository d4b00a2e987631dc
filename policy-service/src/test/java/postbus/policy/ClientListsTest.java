package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import postbus.dns.Listing;
import postbus.mail.HeaderField;
import postbus.mail.SmtpReply;
import postbus.site.BlockList.Action;
import postbus.site.HostList;
import postbus.site.HostList.Network;

class ClientListsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final InetAddress SPAMMER = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("192.0.2.2");

  private final AtomicLong clock = new AtomicLong();
  private final FakeList one = new FakeList();
  private final FakeList other = new FakeList();

  @Test
  void aClientThatIsListedIsRefusedWithTheListsReason() {
    one.has("192.0.2.1", "it sends spam");
    ClientLists lists = lists(one.as("one", Action.REFUSE), other.as("other", Action.REFUSE));
    assertThat(refusal(lists, SPAMMER))
        .isEqualTo("550 5.7.1 [192.0.2.1] is listed by one.example: it sends spam");
    assertThat(refusal(lists, NEIGHBOUR)).isEmpty();
  }

  @Test
  void theSitesOwnTextAndNoneAtAll() {
    one.has("192.0.2.1", "");
    var rule = FakeList.rule("one", Action.DEFER, "ask noc@example.org", Optional.empty());
    assertThat(refusal(lists(one.as(rule, LONG, clock::get)), SPAMMER))
        .isEqualTo("450 4.7.1 [192.0.2.1] is listed by one.example: ask noc@example.org");
    assertThat(refusal(lists(one.as("one", Action.DEFER)), SPAMMER))
        .isEqualTo("450 4.7.1 [192.0.2.1] is listed by one.example");
  }

  @Test
  void acceptedBeforeRefusedBeforePutOff() {
    one.has("192.0.2.1", "");
    other.has("192.0.2.1", "");
    ClientLists both = lists(one.as("put-off", Action.DEFER), other.as("refused", Action.REFUSE));
    assertThat(refusal(both, SPAMMER)).startsWith("550").contains("refused.example");
    ClientLists allowing = lists(one.as("refused", Action.REFUSE), other.as("good", Action.ACCEPT));
    assertThat(about(allowing, SPAMMER)).isEqualTo(Listed.ACCEPTED);
  }

  @Test
  void aMarkIsAFieldAndRefusesNobody() {
    one.has("192.0.2.1", "");
    Listed listed = about(lists(one.as("one", Action.MARK)), SPAMMER);
    assertThat(listed.refusal()).isEmpty();
    assertThat(listed.marks())
        .containsExactly(new HeaderField("X-Listed-By", "one.example (127.0.0.2)"));
  }

  @Test
  void exceptionsAreNotLookedUp() {
    one.has("192.0.2.1", "");
    HostList good = new HostList("good", List.of(new Network(SPAMMER, 32)));
    var rule = FakeList.rule("one", Action.REFUSE, "", Optional.of(good));
    assertThat(refusal(lists(one.as(rule, LONG, clock::get)), SPAMMER)).isEmpty();
    assertThat(one.asked()).isZero();
  }

  @Test
  void aClientIsAskedAboutOnceInAWhile() {
    ClientLists lists = lists(one.as("one", Action.REFUSE));
    about(lists, SPAMMER);
    about(lists, SPAMMER);
    assertThat(one.asked()).isEqualTo(1);
    one.has("192.0.2.1", "");
    clock.addAndGet(ClientLists.KEEP.toNanos() + 1);
    assertThat(refusal(lists, SPAMMER)).startsWith("550");
    assertThat(one.asked()).isEqualTo(2);
  }

  @Test
  void aSlowListIsPassedOverAndTheOthersCount() {
    one.fallsSilent();
    other.has("192.0.2.1", "");
    var slow = FakeList.rule("slow", Action.ACCEPT, "", Optional.empty());
    ClientLists lists =
        lists(one.as(slow, Duration.ofMillis(100), clock::get), other.as("other", Action.REFUSE));
    assertThat(lists.about(SPAMMER, Duration.ZERO)).isEmpty();
    assertThat(refusal(lists, SPAMMER)).startsWith("550");
    one.speaks();
  }

  @Test
  void aListThatFailsIsLeftAloneAndTriedNowAndThen() {
    var rule = FakeList.rule("one", Action.REFUSE, "", Optional.empty());
    ClientList list = one.always(new Listing.Failed("SERVFAIL")).as(rule, LONG, clock::get);
    for (int i = 0; i < 3 * ClientList.FAILURES_MAX; i++) {
      assertThat(list.about(SPAMMER).join()).isInstanceOf(Listing.Failed.class);
    }
    assertThat(one.asked()).isEqualTo(ClientList.FAILURES_MAX);

    clock.addAndGet(ClientList.PROBE_EVERY.toNanos());
    list.about(SPAMMER).join();
    list.about(SPAMMER).join();
    assertThat(one.asked()).isEqualTo(ClientList.FAILURES_MAX + 1);

    one.always(null);
    clock.addAndGet(ClientList.PROBE_EVERY.toNanos());
    assertThat(list.about(SPAMMER).join()).isEqualTo(new Listing.NotListed());
    assertThat(list.about(SPAMMER).join()).isEqualTo(new Listing.NotListed());
    assertThat(one.asked()).isEqualTo(ClientList.FAILURES_MAX + 3);
  }

  @Test
  void aListThatListsTheWholeWorldIsNotUsedUntilItNoLongerDoes() {
    ClientList list =
        one.always(new Listing.Listed(List.of("127.0.0.2"), "")).as("one", Action.REFUSE);
    ListTests tests = new ListTests(lists(list));
    tests.start();
    await().atMost(LONG).until(() -> list.about(SPAMMER).join() instanceof Listing.Failed);
    tests.stop();

    one.always(new Listing.Failed("SERVFAIL"));
    assertThat(list.test()).isFalse();
    assertThat(list.about(SPAMMER).join()).isInstanceOf(Listing.Failed.class);

    one.always(null).has("127.0.0.2", "");
    assertThat(list.test()).isTrue();
    assertThat(list.about(SPAMMER).join()).isEqualTo(new Listing.NotListed());
  }

  @Test
  void simultaneousQuestionsAboutAClientAreAskedOnce() {
    one.fallsSilent();
    ClientLists lists = lists(one.as("one", Action.REFUSE));
    for (int i = 0; i < 100; i++) {
      assertThat(lists.about(SPAMMER, Duration.ZERO)).isEmpty();
    }
    one.speaks();
    assertThat(about(lists, SPAMMER)).isEqualTo(Listed.NOWHERE);
    assertThat(one.asked()).isEqualTo(1);
  }

  private ClientLists lists(ClientList... lists) {
    return new ClientLists(List.of(lists), clock::get);
  }

  private static Listed about(ClientLists lists, InetAddress client) {
    return lists.about(client, LONG).orElseThrow();
  }

  private static String refusal(ClientLists lists, InetAddress client) {
    return about(lists, client).refusal().map(SmtpReply::toString).orElse("");
  }
}
