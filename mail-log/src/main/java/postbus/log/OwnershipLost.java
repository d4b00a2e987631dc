package postbus.log;

/** The partition has another owner; what was done here was not recorded, and he does it again. */
public final class OwnershipLost extends RuntimeException {

  public OwnershipLost(String partition) {
    super("no longer the owner of " + partition, null, false, false);
  }
}
