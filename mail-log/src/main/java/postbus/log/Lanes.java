package postbus.log;

/** Which lane the mails of a site wait in. */
public interface Lanes {

  /**
   * The topic for a site's mails now: its own, a slot that it was lent, or the shared lane. Never
   * blocks. The answer may be seconds old; so a lane's reader asks again, and moves what has to be
   * elsewhere by now.
   */
  String of(String pool, String site);

  /**
   * The key of a mail's record: the site in the shared lane, so that one partition has all of it;
   * the mail's id in a lane of its own, so that all partitions share the work.
   */
  default String key(String pool, String site, String mailId) {
    return of(pool, site).equals(Topics.sharedLane(pool)) ? site : mailId;
  }

  /** Sites have no lanes but the shared one. */
  Lanes SHARED = (pool, _) -> Topics.sharedLane(pool);
}
