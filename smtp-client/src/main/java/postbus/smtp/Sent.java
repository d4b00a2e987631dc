package postbus.smtp;

import java.util.List;
import postbus.mail.Outcome;
import postbus.mail.Recipient;

/** What became of one transaction. */
public sealed interface Sent {

  /** An outcome for each recipient, in the transaction's order. */
  record Ended(List<Result> results) implements Sent {
    public Ended {
      results = List.copyOf(results);
    }
  }

  /** We gave it up before the final dot, at our own wish; the server has nothing of it. */
  record Abandoned() implements Sent {}

  /**
   * A connection that had served before was gone, or the server wanted no more on it, before it
   * took anything of this mail: another connection is worth a try at once.
   */
  record Stale() implements Sent {}

  /** How it ended for one recipient. */
  record Result(Recipient recipient, Outcome outcome) {}
}
