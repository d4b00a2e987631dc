package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import postbus.delivery.Shares.Share;
import postbus.site.SiteRule;

/** How a site's limits are divided. */
class SharesTest {
  private static final SiteRule RULE =
      new SiteRule(
          "big.example",
          List.of("big.example"),
          true,
          OptionalInt.of(9),
          OptionalInt.of(50),
          OptionalInt.of(600));

  @Test
  void eachPartitionHasAnEqualPart() {
    assertThat(share(4, "delivery.normal.big.example")).isEqualTo(new Share(false, 2, 150));
  }

  @Test
  void aLaneWithMorePartitionsThanConnectionsUsesOneOfThem() {
    assertThat(share(12, "delivery.normal.big.example")).isEqualTo(new Share(true, 9, 600));
  }

  @Test
  void theOnlyPartitionOfALaneHasAllWhateverTheKey() {
    assertThat(share(1, "delivery.normal.big.example")).isEqualTo(new Share(false, 9, 600));
  }

  @Test
  void inTheSharedLaneOnePartitionHasAllOfASite() {
    assertThat(share(12, "delivery.normal.shared")).isEqualTo(new Share(true, 9, 600));
  }

  @Test
  void aSiteWithoutRuleHasWhatAnySiteHas() {
    Shares shares = new Shares("normal", TestLimits.with(RULE), _ -> 4);
    assertThat(shares.of("delivery.normal.slot-01", "x.org")).isEqualTo(new Share(false, 5, 0));
    assertThat(shares.mailsPerConnection("x.org")).isEqualTo(500);
    assertThat(shares.mailsPerConnection("big.example")).isEqualTo(50);
  }

  private static Share share(int partitions, String lane) {
    return new Shares("normal", TestLimits.with(RULE), _ -> partitions).of(lane, "big.example");
  }
}
