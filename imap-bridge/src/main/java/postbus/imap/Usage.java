package postbus.imap;

/**
 * What a mailbox holds, or a change of that.
 *
 * @param octets of the files of its mails
 */
record Usage(long octets, long mails) {
  static final Usage NOTHING = new Usage(0, 0);

  /** The sum, or the largest there can be: names of files may claim any size. */
  Usage plus(Usage other) {
    return new Usage(sum(octets, other.octets), sum(mails, other.mails));
  }

  private static long sum(long a, long b) {
    return a > 0 && b > Long.MAX_VALUE - a ? Long.MAX_VALUE : a + b;
  }

  /** As a line of maildirsize has it. */
  @Override
  public String toString() {
    return octets + " " + mails;
  }
}
