package postbus.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import postbus.mail.RecipientQuestion;
import postbus.site.Greylisting;
import postbus.site.HostList.Network;

/**
 * Who came for the first time, and who came again (RFC 6647): remembers triplets of client network,
 * sender and recipient, and how often a network came again. Of both so many at most; of more, those
 * are forgotten that were not seen for the longest time. What it learns it tells, and what others
 * learned it is told; in which order does not count. Times are seconds since 1970. Safe for all
 * threads.
 */
final class Greylist {
  /** Networks that are remembered. */
  static final int NETWORKS_MAX = 50_000;

  /** How often it is told that somebody who is known was seen again. */
  private static final long SEEN_SECONDS = Duration.ofHours(6).toSeconds();

  private static final Base64.Encoder KEY = Base64.getUrlEncoder().withoutPadding();
  private static final int KEY_OCTETS = 16;

  /** Senders of one list or notifier differ in numbers: a mail's, a recipient's. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private final Greylisting rules;
  private final BiConsumer<String, Sighting> tell;
  private final Map<String, Sighting> triplets;
  private final Map<String, Sighting> networks = new Bounded<>(NETWORKS_MAX);

  /** What a client is answered. */
  sealed interface Answer {
    /** It may pass. */
    record Pass() implements Answer {}

    /** It is to come again, in so many seconds at the earliest. */
    record Again(long seconds, boolean isFirst) implements Answer {}
  }

  private static final Answer PASS = new Answer.Pass();

  /**
   * What is known of a triplet or a network.
   *
   * @param first when it came for the first time
   * @param last when it came again and passed; 0 if it never did
   * @param passed how many triplets of the network passed; of a triplet, 1 if it did
   */
  record Sighting(long first, long last, int passed) {
    Sighting with(Sighting other) {
      return new Sighting(
          Math.min(first, other.first), Math.max(last, other.last), Math.max(passed, other.passed));
    }
  }

  @SuppressWarnings("serial") // Nobody writes it anywhere.
  private static final class Bounded<V> extends LinkedHashMap<String, V> {
    private final int max;

    Bounded(int max) {
      super(16, 0.75f, true);
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > max;
    }
  }

  /**
   * @param tell is told what is new; must not block
   */
  Greylist(Greylisting rules, BiConsumer<String, Sighting> tell) {
    this.rules = rules;
    this.tell = tell;
    this.triplets = new Bounded<>(rules.entriesMax());
  }

  synchronized Answer ask(Network network, RecipientQuestion question, long now) {
    String of = "n " + network;
    Sighting known = current(networks, of, now);
    if (known != null && rules.allowAfter() > 0 && known.passed() >= rules.allowAfter()) {
      seen(networks, of, known, now);
      return PASS;
    }
    String key = key(network, question);
    Sighting triplet = current(triplets, key, now);
    if (triplet == null) {
      note(triplets, key, new Sighting(now, 0, 0));
      return new Answer.Again(rules.delay().toSeconds(), true);
    }
    if (triplet.passed() > 0) {
      seen(triplets, key, triplet, now);
      return PASS;
    }
    long left = rules.delay().toSeconds() - (now - triplet.first());
    if (left > 0) {
      return new Answer.Again(left, false);
    }
    note(triplets, key, new Sighting(triplet.first(), now, 1));
    note(networks, of, new Sighting(now, now, known == null ? 1 : known.passed() + 1));
    return PASS;
  }

  /** What another process learned, or this one before its start. */
  synchronized void learn(String key, Sighting told, long now) {
    Map<String, Sighting> into = key.startsWith("n ") ? networks : triplets;
    if (!isOver(told, now)) {
      Sighting known = current(into, key, now);
      into.put(key, known == null ? told : known.with(told));
    }
  }

  synchronized int remembered() {
    return triplets.size();
  }

  private @Nullable Sighting current(Map<String, Sighting> in, String key, long now) {
    Sighting known = in.get(key);
    return known == null || isOver(known, now) ? null : known;
  }

  private boolean isOver(Sighting sighting, long now) {
    return sighting.passed() > 0
        ? now - sighting.last() > rules.lifetime().toSeconds()
        : now - sighting.first() > rules.retryWindow().toSeconds();
  }

  private void seen(Map<String, Sighting> in, String key, Sighting known, long now) {
    if (now - known.last() > SEEN_SECONDS) {
      note(in, key, new Sighting(known.first(), now, known.passed()));
    }
  }

  private void note(Map<String, Sighting> in, String key, Sighting sighting) {
    in.put(key, sighting);
    tell.accept(key, sighting);
  }

  /** A digest: of the same length for all, and nobody reads in it who writes to whom. */
  private static String key(Network network, RecipientQuestion question) {
    String sender = question.reversePath().text();
    String triplet =
        network
            + " "
            + NUMBER.matcher(sender.toLowerCase(Locale.ROOT)).replaceAll("#")
            + " "
            + question.recipient().key();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(triplet.getBytes(StandardCharsets.UTF_8));
      return KEY.encodeToString(Arrays.copyOf(digest, KEY_OCTETS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
