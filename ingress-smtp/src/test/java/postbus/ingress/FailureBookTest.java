package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureBookTest {
  private final AtomicLong now = new AtomicLong();
  private final FailureBook<String> book =
      new FailureBook<>(3, Duration.ofMinutes(60), Duration.ofMinutes(15), now::get);

  @Test
  void theThirdFailureLocksOutForAWhile() {
    assertThat(book.fails("a")).isFalse();
    assertThat(book.fails("a")).isFalse();
    assertThat(book.isLocked("a")).isFalse();
    assertThat(book.fails("a")).isTrue();
    assertThat(book.isLocked("a")).isTrue();
    assertThat(book.isLocked("b")).isFalse();
    assertThat(book.failures("a")).isEqualTo(3);
    passes(Duration.ofMinutes(15));
    assertThat(book.isLocked("a")).isFalse();
    assertThat(book.failures("a")).isZero();
  }

  @Test
  void failuresDuringALockoutDoNotProlongIt() {
    for (int i = 0; i < 3; i++) {
      book.fails("a");
    }
    passes(Duration.ofMinutes(14));
    assertThat(book.fails("a")).isFalse();
    assertThat(book.failures("a")).isEqualTo(3);
    passes(Duration.ofMinutes(1));
    assertThat(book.isLocked("a")).isFalse();
  }

  @Test
  void failuresLongAgoDoNotCount() {
    book.fails("a");
    book.fails("a");
    passes(Duration.ofMinutes(60));
    assertThat(book.fails("a")).isFalse();
    assertThat(book.failures("a")).isEqualTo(1);
  }

  @Test
  void thoseLongestUnheardOfAreForgotten() {
    book.fails("first");
    book.fails("second");
    for (int i = 0; i < FailureBook.ENTRIES_MAX - 1; i++) {
      assertThat(book.failures("first")).isEqualTo(1);
      book.fails("other " + i);
    }
    assertThat(book.size()).isEqualTo(FailureBook.ENTRIES_MAX);
    assertThat(book.failures("first")).isEqualTo(1);
    assertThat(book.failures("second")).isZero();
  }

  private void passes(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
