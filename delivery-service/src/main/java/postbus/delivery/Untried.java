package postbus.delivery;

import java.util.function.Supplier;
import postbus.log.FollowUp;
import postbus.log.Taken;

/** Ends mails without an attempt. */
final class Untried {
  private Untried() {}

  /** Each record is in one lane; no attempt is counted. */
  static void move(Taken taken, String lane, String key) {
    var _ = taken.finish(taken.followUp().mail(lane, key, taken.mail()));
  }

  /** Where the mail's content is in the store, on another thread. */
  static void conclude(Taken taken, Supplier<FollowUp> followUp) {
    Runnable conclusion =
        () -> {
          try {
            var _ = taken.finish(followUp.get());
          } catch (RuntimeException | Error e) {
            taken.fail(e);
          }
        };
    if (taken.mail().envelope().body().stored().isPresent()) {
      Thread.ofVirtual().name("conclusion-" + taken.mail().envelope().id()).start(conclusion);
    } else {
      conclusion.run();
    }
  }
}
