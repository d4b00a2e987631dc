package postbus.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SinkCounterTest {
  private final SinkCounter counter = new SinkCounter();

  private int after(String text) {
    byte[] octets = text.getBytes(US_ASCII);
    return counter.after(octets, octets.length);
  }

  @Test
  void theLastNumberOfMailsCounts() {
    assertThat(after("sess=0 quit=0 mesg=1\rsess=1 quit=1 mesg=2\r")).isEqualTo(2);
    assertThat(after("sess=17 quit=17 mesg=20345\r")).isEqualTo(20_345);
  }

  @Test
  void aNumberThatIsCutOffIsNotBelievedYet() {
    assertThat(after("sess=0 quit=0 mesg=12")).isZero();
    assertThat(after("34\rsess=0")).isEqualTo(1_234);
    assertThat(after(" quit=5 me")).isEqualTo(1_234);
    assertThat(after("sg=1235\r")).isEqualTo(1_235);
  }

  @Test
  void whatElseItSaysIsNoNumber() {
    assertThat(after("smtp-sink: warning: mmesg=3\rmesg\r")).isEqualTo(3);
    assertThat(after("sess=9 quit=9 \r")).isEqualTo(3);
  }
}
