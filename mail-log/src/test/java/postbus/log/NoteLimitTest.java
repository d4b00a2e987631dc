package postbus.log;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import postbus.testkit.FreePort;

/** Without a broker to ask; one that is there is asked by each Stage's start. */
class NoteLimitTest {
  private static final StageSettings USUAL = StageSettings.of("limit", Inputs.of("in-limit"));

  @Test
  void aStageStartsIfKafkasOwnLimitIsEnoughForItsWindow() {
    try (Admin admin = nowhere()) {
      assertThatCode(() -> NoteLimit.check(USUAL, admin)).doesNotThrowAnyException();
      assertThatThrownBy(() -> NoteLimit.check(USUAL.window(1000), admin))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot have 1000 mails of a partition in hand")
          .hasMessageContaining("the broker's offset.metadata.max.bytes is 4096");
    }
  }

  private static Admin nowhere() {
    return Admin.create(
        Map.<String, Object>of(
            "bootstrap.servers",
            "127.0.0.1:" + FreePort.here(),
            "request.timeout.ms",
            100,
            "default.api.timeout.ms",
            200));
  }
}
