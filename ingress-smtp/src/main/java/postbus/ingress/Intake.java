package postbus.ingress;

import java.util.concurrent.CompletableFuture;
import postbus.log.Mail;
import postbus.mail.SmtpReply;

/** Takes the responsibility for a mail, or says why not. */
interface Intake {

  /**
   * Never blocks, and ends within named time limits, never exceptionally.
   *
   * @return 250 only if the mail is durable; else the reply that leaves it with the client.
   *     Cancelling it says that the client has gone: then nothing is begun any more
   */
  CompletableFuture<SmtpReply> take(Mail mail);

  /** Whether a mail that it was given has no reply yet. */
  boolean isBusy();

  /** Whether a mail that comes now can be taken. */
  boolean isReady();
}
