package postbus.mail;

/**
 * A record of a schema newer than this release reads. The stage waits and alarms: a newer release
 * is on its way, and the record is not at fault.
 */
public final class UnknownVersion extends MalformedRecord {

  public UnknownVersion(String message) {
    super(message);
  }
}
