package postbus.delivery;

/**
 * Where a queue's mails are.
 *
 * @param lane the topic
 * @param partition of that topic
 * @param site whose mails they are
 */
record Place(String lane, int partition, String site) {

  @Override
  public String toString() {
    return site + " in " + lane + "-" + partition;
  }
}
