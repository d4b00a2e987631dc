package postbus.mail;

/** How one attempt ended for one recipient. Whatever is not known to be final is deferred. */
public sealed interface Outcome {

  /**
   * The remote has taken the responsibility; nothing more to do for this recipient.
   *
   * @param isDsnPassedOn whether that covers what the sender asked to hear (RFC 3461); if not, he
   *     is told of the success by us
   */
  record Delivered(Cause by, boolean isDsnPassedOn) implements Outcome {
    public Delivered(Cause by) {
      this(by, false);
    }
  }

  /** Not now: to be tried again, later for all that the scope covers. */
  record Deferred(Scope scope, Cause cause) implements Outcome {}

  /** Never: the sender is to be told. */
  record Bounced(Scope scope, Cause cause) implements Outcome {}

  /** Our own store of contents is away; where it is, is no server's and no sender's business. */
  static Deferred unread(String command) {
    return new Deferred(
        Scope.STORE, Cause.ours(command, 451, "4.3.0", "the content cannot be read now"));
  }

  /** The reply, or our own words, that made it so. */
  default Cause why() {
    return switch (this) {
      case Delivered(Cause by, boolean _) -> by;
      case Deferred(Scope _, Cause cause) -> cause;
      case Bounced(Scope _, Cause cause) -> cause;
    };
  }
}
