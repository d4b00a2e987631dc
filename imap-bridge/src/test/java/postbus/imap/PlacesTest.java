package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import postbus.mail.EmailAddress;

class PlacesTest {
  private static final int WRITERS_MAX = Places.MAILBOX_WRITERS_MAX * 2;
  private static final EmailAddress MARK = EmailAddress.of("mark@wikimedia.org");
  private static final EmailAddress BRION = EmailAddress.of("brion@wikimedia.org");

  private final Places places = new Places(WRITERS_MAX, Duration.ofMillis(10));
  private final Deque<Places.Place> taken = new ArrayDeque<>();

  @Test
  void oneMailboxGetsAFewPlacesHoweverItsNameIsWritten() {
    for (int i = 0; i < Places.MAILBOX_WRITERS_MAX; i++) {
      enter(MARK);
    }
    assertThat(places.enter(EmailAddress.of("MARK@wikimedia.org"))).isEmpty();
    enter(BRION);
  }

  @Test
  void allMailboxesTogetherGetNoMoreThanTheLimit() {
    for (int i = 0; i < WRITERS_MAX; i++) {
      enter(EmailAddress.of("user" + i + "@wikimedia.org"));
    }
    assertThat(places.enter(BRION)).isEmpty();
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

  private void enter(EmailAddress address) {
    taken.push(places.enter(address).orElseThrow());
  }
}
