package postbus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EachOnceTest {
  @Test
  void inWhateverOrderTheyCome() {
    assertThat(EachOnce.wrong(List.of("3 17", "1 18", "2 18"), 3)).isEmpty();
  }

  @Test
  void oneLostAndOneDoubledDoNotHideEachOther() {
    assertThat(EachOnce.wrong(List.of("1 5", "2 6", "2 7"), 3))
        .isEqualTo("1 lost, such as [3]; 1 doubled, such as [2]");
  }

  @Test
  void oneThatWasNeverSentIsNamed() {
    assertThat(EachOnce.wrong(List.of("1 5", "9 6"), 1)).isEqualTo("1 never sent, such as [9]");
  }

  @Test
  void theNumberIsTheFirstInTheAddress() {
    assertThat(DestinationSession.number("RCPT TO:<123user@dest.test>\r")).isEqualTo(123);
    assertThat(DestinationSession.number("RCPT TO:<m4@site5.example> NOTIFY=NEVER\r")).isEqualTo(4);
  }
}
