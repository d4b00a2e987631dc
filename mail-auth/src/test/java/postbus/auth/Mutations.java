package postbus.auth;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Strangers' texts, by chance: the same again for the same seed, which is printed on a failure. */
public final class Mutations {
  private static final int TEXTS = 20_000;
  private static final int EDITS_MAX = 6;
  private static final String TOKENS =
      ";=:/%{}.,@<>()\"\\ \t\r\n-+~?0129abdipsvx\u0000\u00ff\u0434";

  private Mutations() {}

  /** Shows many texts that are nearly these, and some that are nothing like them. */
  public static void of(List<String> seeds, Consumer<String> reader) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
      if (random.nextInt(4) == 0) {
        text.setLength(0);
      }
      for (int edit = random.nextInt(EDITS_MAX); edit >= 0; edit--) {
        mutate(text, random);
      }
      try {
        reader.accept(text.toString());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", text <" + text + ">", e);
      }
    }
  }

  private static void mutate(StringBuilder text, Random random) {
    int at = random.nextInt(text.length() + 1);
    String token = String.valueOf(TOKENS.charAt(random.nextInt(TOKENS.length())));
    switch (random.nextInt(4)) {
      case 0 -> text.insert(at, token);
      case 1 -> text.insert(at, token.repeat(random.nextInt(300)));
      case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
      default -> text.insert(at, text.substring(0, at));
    }
  }
}
