package postbus.smtp;

import java.util.List;
import postbus.mail.Outcome;
import postbus.mail.Recipient;

/** What became of one transaction. */
public sealed interface Sent {

  /**
   * Every recipient has an outcome or is among the untried.
   *
   * @param results in the transaction's order, but last those whose addresses need SMTPUTF8 where
   *     it is not offered (RFC 6531); at least one
   * @param untried those for whom the server had no room in this transaction (452, or LIMITS of RFC
   *     9422): nothing is wrong with them, and a next transaction may follow at once
   */
  record Ended(List<Result> results, List<Recipient> untried) implements Sent {
    public Ended {
      results = List.copyOf(results);
      untried = List.copyOf(untried);
    }
  }

  /** We gave it up before its end, at our own wish; the server has nothing of it. */
  record Abandoned() implements Sent {}

  /**
   * A connection that had served before was gone, or the server wanted no more on it, before it
   * took anything of this mail: another connection is worth a try at once.
   *
   * @param isSilent it had no answer in time, which says more of the server than of the connection
   */
  record Stale(boolean isSilent) implements Sent {}

  /** How it ended for one recipient. */
  record Result(Recipient recipient, Outcome outcome) {}
}
