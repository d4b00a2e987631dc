package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import postbus.mail.EmailAddress;

class PlacesTest {
  private static final int WRITERS_MAX = Places.MAILBOX_WRITERS_MAX * 2;
  private static final EmailAddress MARK = EmailAddress.of("mark@wikimedia.org");
  private static final EmailAddress BRION = EmailAddress.of("brion@wikimedia.org");

  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration MOST = Duration.ofMinutes(1);

  private final Places places = new Places(WRITERS_MAX, new Places.Waits(SHORT, SHORT, MOST, MOST));
  private final Deque<Places.Place> taken = new ArrayDeque<>();

  @Test
  void oneMailboxGetsAFewPlacesHoweverItsNameIsWritten() {
    fill();
    assertThat(places.enter(EmailAddress.of("MARK@wikimedia.org")))
        .isInstanceOf(Places.Entry.Busy.class);
    enter(BRION);
  }

  @Test
  void allMailboxesTogetherGetNoMoreThanTheLimit() {
    for (int i = 0; i < WRITERS_MAX; i++) {
      enter(EmailAddress.of("user" + i + "@wikimedia.org"));
    }
    assertThat(places.enter(BRION)).isInstanceOf(Places.Entry.Busy.class);
    taken.pop().close();
    enter(BRION);
  }

  @Test
  void aPlaceGivenBackIsFreeAndNothingIsKeptOfAMailboxThatNobodyUses() {
    for (int i = 0; i < 3 * WRITERS_MAX; i++) {
      enter(MARK);
      assertThat(places.mailboxes()).isEqualTo(1);
      taken.pop().close();
    }
    assertThat(places.mailboxes()).isZero();
  }

  @Test
  void whoStepsAsideComesBackAfterThoseBeforeHimAndNoLaterThanTheMost() {
    fill();
    Instant begun = Instant.now();
    List<Instant> turns = Stream.generate(() -> busy(places)).limit(2000).toList();
    assertThat(turns).isSorted();
    assertThat(turns.getFirst()).isAfterOrEqualTo(begun.plus(Places.ASIDE_LEAST));
    assertThat(turns.get(100))
        .isAfterOrEqualTo(turns.getFirst().plus(Places.ASIDE_INTERVAL.multipliedBy(100)));
    assertThat(turns.getLast()).isBefore(Instant.now().plus(MOST));
  }

  @Test
  void forAMailboxThatIsSlowOnlyTheFirstWait() {
    Places patient = new Places(2, new Places.Waits(Duration.ofSeconds(3), LONG, MOST, MOST));
    try (var _ = (Places.Place) patient.enter(MARK)) {
      assertThat(millis(() -> busy(patient))).isGreaterThanOrEqualTo(3000);
      assertThat(millis(() -> busy(patient))).isLessThan(2500);
    }
  }

  @Test
  void mailboxesThatHangGetOnePlaceEachAndHalfOfAllTogether() {
    Places all = new Places(WRITERS_MAX, new Places.Waits(SHORT, SHORT, MOST, Duration.ZERO));
    for (int i = 0; i < WRITERS_MAX; i++) {
      ((Places.Place) all.enter("hangs" + i)).close();
    }
    for (int i = 0; i < WRITERS_MAX / 2; i++) {
      taken.push((Places.Place) all.enter("hangs" + i));
      assertThat(all.enter("hangs" + i)).isInstanceOf(Places.Entry.Busy.class);
    }
    assertThat(all.enter("hangs" + WRITERS_MAX / 2)).isInstanceOf(Places.Entry.Busy.class);
    for (int i = 0; i < WRITERS_MAX / 2; i++) {
      assertThat(all.enter("well" + i)).isInstanceOf(Places.Place.class);
    }
  }

  @Test
  void aMailboxThatHangsGetsNoFurtherPlaceAndAllOfThemOnceItIsWellAgain() {
    Duration hangs = Duration.ofMillis(200);
    Places one = new Places(WRITERS_MAX, new Places.Waits(SHORT, SHORT, MOST, hangs));
    Places.Place first = (Places.Place) one.enter(MARK);
    await().atMost(LONG).until(() -> !isFree(one));
    first.close();

    await().atMost(LONG).until(() -> isFreeBesideAnother(one));
  }

  @Test
  void mailsToSeveralMailboxesAreBoundedAsOneMailboxIsAndHangByNone() {
    Places all = new Places(WRITERS_MAX, new Places.Waits(SHORT, SHORT, MOST, Duration.ZERO));
    ((Places.Place) all.enterSeveral()).close();
    for (int i = 0; i < Places.MAILBOX_WRITERS_MAX; i++) {
      taken.push((Places.Place) all.enterSeveral());
    }
    assertThat(all.enterSeveral()).isInstanceOf(Places.Entry.Busy.class);
    assertThat(all.enter(MARK)).isInstanceOf(Places.Place.class);
    taken.pop().close();
    assertThat(all.enterSeveral()).isInstanceOf(Places.Place.class);
  }

  private static boolean isFreeBesideAnother(Places places) {
    try (var _ = (Places.Place) places.enter(MARK)) {
      return isFree(places);
    }
  }

  private static boolean isFree(Places places) {
    return switch (places.enter(MARK)) {
      case Places.Entry.Busy _ -> false;
      case Places.Place place -> {
        place.close();
        yield true;
      }
    };
  }

  private void fill() {
    for (int i = 0; i < Places.MAILBOX_WRITERS_MAX; i++) {
      enter(MARK);
    }
  }

  private static Instant busy(Places places) {
    return ((Places.Entry.Busy) places.enter(MARK)).turn();
  }

  private static long millis(Runnable work) {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1_000_000;
  }

  private void enter(EmailAddress address) {
    taken.push((Places.Place) places.enter(address));
  }
}
