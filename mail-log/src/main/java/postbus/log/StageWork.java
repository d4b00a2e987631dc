package postbus.log;

import java.util.function.Function;

/** What a stage does with the mails it takes. */
public interface StageWork {

  /**
   * Begins the work on one mail. Called on the stage's own thread, so it must not block: work is
   * handed to other threads, at most the stage's window of mails at a time. An exception counts as
   * {@link Taken#fail}.
   */
  void take(Taken taken);

  /**
   * Work that blocks, each mail on a virtual thread of its own. What it returns is recorded; what
   * it throws counts as {@link Taken#fail}. It has no point of no return: after a change of owner
   * its result is dropped.
   */
  static StageWork blocking(Function<Taken, FollowUp> work) {
    return taken ->
        Thread.ofVirtual()
            .name("mail-", 0)
            .start(() -> {
              FollowUp followUp;
              try {
                followUp = work.apply(taken);
              } catch (RuntimeException | Error failure) {
                taken.fail(failure);
                return;
              }
              var _ = taken.finish(followUp);
            });
  }
}
