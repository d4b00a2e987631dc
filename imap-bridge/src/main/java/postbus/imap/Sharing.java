package postbus.imap;

import java.util.ArrayList;
import java.util.List;
import postbus.mail.Recipient;

/**
 * Which recipients of a mail share a transaction: at most so many, of a mail that was not tried
 * before, and none of the {@link Suspects}. A mail with more than one such share is not tried; it
 * comes anew in parts, so that each share has a record, and an outcome, of its own.
 */
final class Sharing {
  /** Of one mail at once: what they hold is written in one transaction of the log. */
  static final int PARTS_MAX = 16;

  private final Suspects suspects;
  private final int recipientsMax;

  /**
   * @param recipientsMax of one transaction
   */
  Sharing(Suspects suspects, int recipientsMax) {
    this.suspects = suspects;
    this.recipientsMax = recipientsMax;
  }

  /**
   * The parts of a mail. If it is one, it is a share, to be tried now; if not, each is smaller than
   * the mail.
   *
   * @param attempts that the mail has had
   */
  List<List<Recipient>> parts(List<Recipient> all, int attempts) {
    List<List<Recipient>> shares = shares(all, attempts);
    if (shares.size() <= PARTS_MAX) {
      return shares;
    }
    return sliced(shares, Math.ceilDiv(shares.size(), PARTS_MAX)).stream()
        .map(several -> several.stream().flatMap(List::stream).toList())
        .toList();
  }

  private List<List<Recipient>> shares(List<Recipient> all, int attempts) {
    if (all.size() == 1) {
      return List.of(all);
    }
    if (attempts > 0 || recipientsMax == 1) {
      return sliced(all, 1);
    }
    List<Recipient> suspected = all.stream().filter(suspects::has).toList();
    List<Recipient> others = all.stream().filter(each -> !suspected.contains(each)).toList();
    List<List<Recipient>> shares = new ArrayList<>(sliced(others, recipientsMax));
    shares.addAll(sliced(suspected, 1));
    return shares;
  }

  private static <T> List<List<T>> sliced(List<T> all, int max) {
    List<List<T>> slices = new ArrayList<>();
    for (int from = 0; from < all.size(); from += max) {
      slices.add(List.copyOf(all.subList(from, Math.min(from + max, all.size()))));
    }
    return slices;
  }
}
