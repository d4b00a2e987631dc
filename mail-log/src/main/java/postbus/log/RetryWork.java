package postbus.log;

import java.util.Optional;
import postbus.mail.Order;

/** What becomes of the mails in a stage's retry topics. Called on virtual threads; may block. */
public interface RetryWork {

  /**
   * The wait of a mail is over: where it goes now, or why it waits on ({@link FollowUp#retry}).
   *
   * @param waiting its topic is the retry topic, its key the one that it goes back with
   * @param origin the topic that it was written to wait for
   */
  FollowUp due(Taken waiting, String origin);

  /**
   * What an order does with a mail that waits and that it covers; empty if it does not concern it,
   * and then the mail waits on.
   */
  Optional<FollowUp> ordered(Order order, Taken waiting, String origin);
}
