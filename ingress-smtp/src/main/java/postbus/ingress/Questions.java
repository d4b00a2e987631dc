package postbus.ingress;

import java.time.Instant;
import java.util.concurrent.CompletionStage;
import postbus.log.Mail;

/** Asks policy about a content. The answers come to {@link PendingVerdicts}. */
interface Questions {

  /**
   * Puts the question; never blocks.
   *
   * @param deadline when nobody waits for the answer any more
   * @return completes when the question is on its way
   */
  CompletionStage<Void> ask(Mail mail, Instant deadline);

  /** Whether answers would be heard. */
  boolean isReady();
}
