package postbus.log;

/** The points between which a crash differs; a test puts one there. */
interface Faults {
  /** In production nothing is put there. */
  Faults NONE = new Faults() {};

  /** Nothing of the transaction is in the log. */
  default void beforeAppend() {}

  /** All of the transaction is in the log but its end. */
  default void beforeCommit() {}

  /** The transaction is committed; whoever waits for it does not yet know. */
  default void afterCommit() {}
}
