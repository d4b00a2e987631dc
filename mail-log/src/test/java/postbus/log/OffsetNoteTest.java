package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetNoteTest {
  private static final Uuid TOPIC = new Uuid(0x0123456789abcdefL, 0x8edcba9876543210L);

  @Test
  void whatIsWrittenIsReadAgain() {
    Random random = new Random(2007);
    for (int round = 0; round < 2_000; round++) {
      TreeSet<Long> offsets = new TreeSet<>();
      long next = random.nextLong(1L << random.nextInt(1, 62));
      int mails = random.nextInt(600);
      for (int i = 0; i < mails && next > 0; i++) {
        long reach = Math.min(next, 1L << random.nextInt(1, 62));
        offsets.add(next - 1 - random.nextLong(reach));
      }
      long[] unfinished = offsets.stream().mapToLong(Long::longValue).toArray();

      String text = new OffsetNote(TOPIC, unfinished).text(next);
      OffsetNote read = OffsetNote.parse(text, next);

      assertThat(read.topicId()).isEqualTo(TOPIC);
      assertThat(read.unfinished()).isEqualTo(unfinished);
      long span = unfinished.length == 0 ? 0 : next - unfinished[0];
      assertThat((long) text.length())
          .isLessThanOrEqualTo(OffsetNote.longest(unfinished.length, span));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "1!", "1AAAA", "0", "2AAAAAAAAAAAAAAAAAAAAAAA", "group-coordinator:x"})
  void whatSomebodyElseWroteSaysNothing(String foreign) {
    assertThat(OffsetNote.parse(foreign, 7)).isSameAs(OffsetNote.NONE);
  }

  @Test
  void garbageNeverFailsNorNamesAnOffsetThatCannotBe() {
    Random random = new Random(42);
    for (int round = 0; round < 20_000; round++) {
      byte[] octets = new byte[random.nextInt(60)];
      random.nextBytes(octets);
      String text = "1" + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(octets);

      long[] unfinished = OffsetNote.parse(text, 1000).unfinished();

      for (int i = 0; i < unfinished.length; i++) {
        assertThat(unfinished[i]).isBetween(i == 0 ? 0 : unfinished[i - 1] + 1, 999L);
      }
    }
  }

  @Test
  void theUsualWindowFitsIntoTheBrokersUsualLimit() {
    assertThat(OffsetNote.longest(500, 1L << 40)).isLessThanOrEqualTo(4096);
  }
}
