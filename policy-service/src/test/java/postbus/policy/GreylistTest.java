package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.policy.Greylist.Answer;
import postbus.policy.Greylist.Sighting;
import postbus.site.Greylisting;
import postbus.site.HostList.Network;

class GreylistTest {
  private static final Network HERE = network("192.0.2.0");
  private static final Network THERE = network("198.51.100.0");
  private static final Answer PASS = new Answer.Pass();
  private static final int ENTRIES_MAX = 1000;

  private final Map<String, Sighting> told = new LinkedHashMap<>();
  private final Greylist greylist = greylist(3);
  private long now = 1_764_000_000;

  @Test
  void whoComesAgainAfterTheDelayPassesFromThenOn() {
    assertThat(ask(HERE, "a@example.org", "mark")).isEqualTo(new Answer.Again(300, true));
    now += 100;
    assertThat(ask(HERE, "a@example.org", "mark")).isEqualTo(new Answer.Again(200, false));
    now += 200;
    assertThat(ask(HERE, "a@example.org", "mark")).isEqualTo(PASS);
    now += Duration.ofDays(36).toSeconds();
    assertThat(ask(HERE, "a@example.org", "mark")).isEqualTo(PASS);
    now += Duration.ofDays(36).toSeconds();
    assertThat(ask(HERE, "a@example.org", "mark")).isEqualTo(PASS);
    now += Duration.ofDays(36).toSeconds() + 1;
    assertThat(ask(HERE, "a@example.org", "mark")).isEqualTo(new Answer.Again(300, true));
  }

  @Test
  void whoComesTooLateIsNew() {
    ask(HERE, "a@example.org", "mark");
    now += Duration.ofDays(2).toSeconds() + 1;
    assertThat(ask(HERE, "a@example.org", "mark")).isEqualTo(new Answer.Again(300, true));
  }

  @Test
  void anotherSenderRecipientOrNetworkIsAnotherTriplet() {
    passes(HERE, "a@example.org", "mark");
    assertThat(ask(HERE, "b@example.org", "mark")).isInstanceOf(Answer.Again.class);
    assertThat(ask(HERE, "a@example.org", "jimbo")).isInstanceOf(Answer.Again.class);
    assertThat(ask(THERE, "a@example.org", "mark")).isInstanceOf(Answer.Again.class);
    assertThat(ask(HERE, "", "mark")).isInstanceOf(Answer.Again.class);
    assertThat(ask(HERE, "A@Example.Org", "MARK")).as("case is the same").isEqualTo(PASS);
  }

  @Test
  void aSenderWithNumbersIsTheSameAsWithOthers() {
    passes(HERE, "list-bounces+17-mark=wikimedia.org@lists.example", "mark");
    assertThat(ask(HERE, "list-bounces+4711-mark=wikimedia.org@lists.example", "mark"))
        .isEqualTo(PASS);
  }

  @Test
  void aNetworkThatCameAgainOftenIsNotAskedAnyMore() {
    passes(HERE, "a@example.org", "mark");
    passes(HERE, "b@example.org", "mark");
    assertThat(ask(HERE, "d@example.org", "mark")).isInstanceOf(Answer.Again.class);
    passes(HERE, "c@example.org", "mark");
    assertThat(ask(HERE, "e@example.org", "mark")).isEqualTo(PASS);
    assertThat(ask(THERE, "e@example.org", "mark")).isInstanceOf(Answer.Again.class);
    now += Duration.ofDays(37).toSeconds();
    assertThat(ask(HERE, "f@example.org", "mark")).isInstanceOf(Answer.Again.class);
  }

  @Test
  void whereTheSiteAllowsNobodyForGoodEachTripletIsAsked() {
    Greylist strict = greylist(0);
    for (int i = 0; i < 20; i++) {
      RecipientQuestion question = question(Character.toString('a' + i) + "@x.org", "mark");
      strict.ask(HERE, question, now);
      assertThat(strict.ask(HERE, question, now + 300)).isEqualTo(PASS);
    }
    assertThat(strict.ask(HERE, question("z@x.org", "mark"), now)).isNotEqualTo(PASS);
  }

  @Test
  void whatOneLearnsAnotherKnows() {
    passes(HERE, "a@example.org", "mark");
    ask(HERE, "b@example.org", "mark");
    Greylist other = greylist(3);
    told.forEach((key, sighting) -> other.learn(key, sighting, now));
    assertThat(other.ask(HERE, question("a@example.org", "mark"), now)).isEqualTo(PASS);
    assertThat(other.ask(HERE, question("b@example.org", "mark"), now + 300)).isEqualTo(PASS);
  }

  @Test
  void theOrderInWhichOthersTellDoesNotCount() {
    RecipientQuestion question = question("a@example.org", "mark");
    ask(HERE, "a@example.org", "mark");
    String key = told.keySet().iterator().next();
    greylist.learn(key, new Sighting(now + 50, 0, 0), now + 50);
    assertThat(greylist.ask(HERE, question, now + 100)).isEqualTo(new Answer.Again(200, false));
    greylist.learn(key, new Sighting(now - 10, now + 90, 1), now + 100);
    greylist.learn(key, new Sighting(now + 60, 0, 0), now + 100);
    assertThat(greylist.ask(HERE, question, now + 100)).isEqualTo(PASS);
    greylist.learn("other", new Sighting(1, 0, 0), now);
    assertThat(greylist.remembered()).as("what is over is not taken").isEqualTo(1);
  }

  @Test
  void ofTooManyThoseAreForgottenThatWereNotSeenForTheLongestTime() {
    passes(HERE, "known@example.org", "mark");
    for (int i = 0; i < ENTRIES_MAX - 1; i++) {
      ask(HERE, name(i) + "@example.org", "mark");
      ask(HERE, "known@example.org", "mark");
    }
    ask(HERE, "one-more@example.org", "mark");
    assertThat(greylist.remembered()).isEqualTo(ENTRIES_MAX);
    assertThat(ask(HERE, "known@example.org", "mark")).isEqualTo(PASS);
    assertThat(ask(HERE, name(0) + "@example.org", "mark")).isEqualTo(new Answer.Again(300, true));
  }

  @Test
  void somebodyWhoIsKnownIsToldOfNowAndThen() {
    passes(HERE, "a@example.org", "mark");
    told.clear();
    for (int minute = 0; minute < 24 * 60; minute++) {
      now += 60;
      ask(HERE, "a@example.org", "mark");
    }
    assertThat(told).hasSize(1);
  }

  /** Names without digits, which all count as the same. */
  private static String name(int number) {
    return Integer.toString(number)
        .chars()
        .map(c -> c - '0' + 'a')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private void passes(Network client, String sender, String recipient) {
    ask(client, sender, recipient);
    now += 300;
    assertThat(ask(client, sender, recipient)).isEqualTo(PASS);
  }

  private Answer ask(Network client, String sender, String recipient) {
    return greylist.ask(client, question(sender, recipient), now);
  }

  private static RecipientQuestion question(String sender, String recipient) {
    return new RecipientQuestion(
        new Client("192.0.2.1", "out.example", "mx", false),
        ReversePath.of(sender),
        EmailAddress.of(recipient + "@wikimedia.org"));
  }

  private Greylist greylist(int allowAfter) {
    Greylisting of = Greylisting.DEFAULT;
    return new Greylist(
        new Greylisting(
            true,
            of.delay(),
            of.retryWindow(),
            of.lifetime(),
            allowAfter,
            ENTRIES_MAX,
            Optional.empty()),
        told::put);
  }

  private static Network network(String base) {
    return new Network(InetAddress.ofLiteral(base), 24);
  }
}
