package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import postbus.mail.SmtpReply;
import postbus.site.Manners;

/** By default, four refused recipients for each good one are too many, from the eighth on. */
class HarvestTest {
  private static final SmtpReply UNKNOWN = SmtpReply.of(550, "5.1.1", "No such user");
  private static final SmtpReply LATER = SmtpReply.of(451, "4.3.0", "Later");

  private final Harvest harvest = new Harvest(Manners.DEFAULT);

  @Test
  void whoNamesNobodyGoodIsFoundOutAtTheEighth() {
    assertThat(refusedUntilTooMany()).isEqualTo(8);
  }

  @Test
  void aGoodRecipientPaysForFour() {
    for (int i = 0; i < 3; i++) {
      assertThat(harvest.isOneTooMany(Replies.RECIPIENT_OK)).isFalse();
    }
    assertThat(refusedUntilTooMany()).isEqualTo(12);
  }

  @Test
  void whatIsPutOffCountsForNothing() {
    for (int i = 0; i < 1000; i++) {
      assertThat(harvest.isOneTooMany(LATER)).isFalse();
    }
    assertThat(refusedUntilTooMany()).isEqualTo(8);
  }

  private int refusedUntilTooMany() {
    int refused = 1;
    while (!harvest.isOneTooMany(UNKNOWN)) {
      refused++;
    }
    return refused;
  }
}
