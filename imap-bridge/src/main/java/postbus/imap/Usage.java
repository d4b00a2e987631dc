package postbus.imap;

/**
 * What a mailbox holds, or a change of that.
 *
 * @param octets of the files of its mails
 */
record Usage(long octets, long mails) {
  static final Usage NOTHING = new Usage(0, 0);

  Usage plus(Usage other) {
    return new Usage(octets + other.octets, mails + other.mails);
  }

  /** As a line of maildirsize has it. */
  @Override
  public String toString() {
    return octets + " " + mails;
  }
}
