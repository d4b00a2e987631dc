package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResumeTest {

  @Test
  void withoutUnfinishedOnesItGoesOnAtTheCommittedOffset() {
    Resume resume = new Resume(new long[0], 40);

    assertThat(resume.start()).isEqualTo(40);
    assertThat(resume.wants(39)).isFalse();
    assertThat(resume.wants(40)).isTrue();
  }

  @Test
  void unfinishedOnesComeFirstAndWhatIsDoneIsLeftOut() {
    assertThat(readAll(new Resume(new long[] {3, 5}, 8), 10)).containsExactly(3L, 5L, 8L, 9L);
  }

  @Test
  void overALongGapItSeeks() {
    long far = 10 + Resume.GAP;
    Resume resume = new Resume(new long[] {3, 4, far + 1}, far * 3);

    assertThat(resume.after(4)).isEqualTo(4);
    assertThat(resume.after(5)).isEqualTo(far + 1);
    assertThat(resume.after(far + 2)).isEqualTo(far * 3);
    assertThat(resume.after(far * 3 + 7)).isEqualTo(far * 3 + 7);
  }

  @Test
  void overAShortGapItReadsOn() {
    assertThat(new Resume(new long[] {3, 3 + Resume.GAP}, 5000).after(4)).isEqualTo(4);
  }

  @Test
  void whatWasTrimmedIsNotWaitedFor() {
    Resume resume = new Resume(new long[] {3, 5, 9}, 12).from(5);

    assertThat(resume.unfinished()).containsExactly(5, 9);
    assertThat(resume.start()).isEqualTo(5);
  }

  private static List<Long> readAll(Resume resume, long end) {
    List<Long> taken = new ArrayList<>();
    for (long at = resume.start(); at < end; at = resume.after(at + 1)) {
      if (resume.wants(at)) {
        taken.add(at);
      }
    }
    return taken;
  }
}
