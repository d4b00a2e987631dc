package postbus.bench;

/**
 * What a relay is measured with.
 *
 * @param octets of a mail, without its header
 * @param sessions that bring mails at the same time
 * @param isKept whether a session brings one mail after the other, or one only
 */
record Load(Way way, int octets, int sessions, boolean isKept) {
  String connection() {
    return isKept ? "kept" : "per mail";
  }

  @Override
  public String toString() {
    return "%s, %,d octets, %d sessions, connection %s"
        .formatted(way, octets, sessions, connection());
  }
}
