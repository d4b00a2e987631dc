package postbus.mail;

/**
 * Bytes that are not what the contract says: the record is a dead letter, as it never gets better.
 */
public class MalformedRecord extends Exception {

  public MalformedRecord(String message) {
    super(message);
  }

  public MalformedRecord(String message, Throwable cause) {
    super(message, cause);
  }
}
