package postbus.smtp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import postbus.mail.Outcome;
import postbus.mail.Recipient;

/** What is known of each recipient of a transaction; the first outcome stays. */
final class Outcomes {
  private final List<Recipient> recipients;
  private final @Nullable Outcome[] outcomes;
  private final boolean[] isUntried;
  private final List<Sent.Result> refused;
  private final List<Recipient> beyondRoom;
  private int left;

  /**
   * @param recipients those in the transaction
   * @param refused those who are not in it, and need not be
   * @param beyondRoom those who are to be in another
   */
  Outcomes(List<Recipient> recipients, List<Sent.Result> refused, List<Recipient> beyondRoom) {
    this.recipients = recipients;
    this.outcomes = new Outcome[recipients.size()];
    this.isUntried = new boolean[recipients.size()];
    this.refused = refused;
    this.beyondRoom = beyondRoom;
    this.left = recipients.size();
  }

  /** Whether the content would reach anybody of whom nothing is settled. */
  boolean isAnyoneLeft() {
    return left > 0;
  }

  boolean isSettled(int recipient) {
    return outcomes[recipient] != null || isUntried[recipient];
  }

  void settle(int recipient, Outcome outcome) {
    if (!isSettled(recipient)) {
      outcomes[recipient] = outcome;
      left--;
    }
  }

  void settleAll(Outcome outcome) {
    for (int i = 0; i < outcomes.length; i++) {
      settle(i, outcome);
    }
  }

  /** He goes in a transaction to come. */
  void leaveUntried(int recipient) {
    if (!isSettled(recipient)) {
      isUntried[recipient] = true;
      left--;
    }
  }

  Sent.Ended ended() {
    List<Sent.Result> results = new ArrayList<>(outcomes.length);
    List<Recipient> untried = new ArrayList<>();
    for (int i = 0; i < outcomes.length; i++) {
      Outcome outcome = outcomes[i];
      if (outcome != null) {
        results.add(new Sent.Result(recipients.get(i), outcome));
      } else if (isUntried[i]) {
        untried.add(recipients.get(i));
      } else {
        throw new IllegalStateException("no outcome for " + recipients.get(i));
      }
    }
    results.addAll(refused);
    untried.addAll(beyondRoom);
    return new Sent.Ended(results, untried);
  }
}
