package postbus.mail;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the sender asked for with RCPT (RFC 3461, sections 4.1 and 4.2).
 *
 * @param notices of what he wants to hear; empty if he did not say: of failure and delay
 * @param orcpt the recipient as the sender's sender knew it, {@code addr-type;xtext} as it was
 *     sent; empty if none was given
 */
public record RecipientParameters(Set<Notify> notices, String orcpt) {
  /** Nothing was asked for. */
  public static final RecipientParameters NONE = new RecipientParameters(Set.of(), "");

  /** NOTIFY. */
  public enum Notify {
    /** Of nothing; stands alone. */
    NEVER,
    SUCCESS,
    FAILURE,
    DELAY
  }

  public RecipientParameters {
    notices = Set.copyOf(notices);
    if (notices.contains(Notify.NEVER) && notices.size() > 1) {
      throw new IllegalArgumentException("NOTIFY=NEVER stands alone: " + notices);
    }
  }

  /** Whether the sender is told that the mail failed for good. */
  public boolean tellsFailure() {
    return notices.isEmpty() || notices.contains(Notify.FAILURE);
  }

  /** Whether the sender is told that the mail has arrived. */
  public boolean tellsSuccess() {
    return notices.contains(Notify.SUCCESS);
  }

  /** The same wishes, that one being fulfilled. */
  public RecipientParameters withoutSuccess() {
    if (!tellsSuccess()) {
      return this;
    }
    Set<Notify> left = EnumSet.copyOf(notices);
    left.remove(Notify.SUCCESS);
    return new RecipientParameters(left.isEmpty() ? Set.of(Notify.NEVER) : left, orcpt);
  }

  /** Whether the sender is told that the mail is late. */
  public boolean tellsDelay() {
    return notices.isEmpty() || notices.contains(Notify.DELAY);
  }
}
