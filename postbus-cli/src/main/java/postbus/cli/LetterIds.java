package postbus.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import postbus.log.LetterId;
import postbus.log.LetterMark;
import postbus.log.Letters;
import postbus.log.LogAccess;
import postbus.mail.MailId;

/**
 * Finds the letters that an operator names: by their ids, or by a mail's id where the mail has one
 * letter with which nothing has been done yet, or else one letter in all.
 */
final class LetterIds {
  private final Shelf shelf;
  private final List<String> texts;
  private final Map<LetterId, LetterMark> marks;
  private final Consumer<String> unknown;

  /**
   * @param unknown takes a line about each text that names no letter, or several
   */
  LetterIds(
      Shelf shelf, List<String> texts, Map<LetterId, LetterMark> marks, Consumer<String> unknown) {
    this.shelf = shelf;
    this.texts = texts;
    this.marks = marks;
    this.unknown = unknown;
  }

  /** Whether a text may name a letter. */
  static boolean isOne(String text) {
    return LetterId.parse(text).isPresent() || mail(text).isPresent();
  }

  /** A letter of a mail that somebody named. */
  private record Found(LetterId id, boolean isDone) {}

  /** Each letter once, in the order in which they are named. All letters are read for mail ids. */
  Set<LetterId> find(LogAccess servers) throws IOException {
    Map<MailId, List<Found>> byMail = new HashMap<>();
    texts.forEach(text -> mail(text).ifPresent(id -> byMail.put(id, new ArrayList<>())));
    if (!byMail.isEmpty()) {
      collect(servers, byMail);
    }
    Set<LetterId> found = new LinkedHashSet<>();
    for (String text : texts) {
      Optional<LetterId> letter = LetterId.parse(text);
      letter
          .or(() -> mail(text).flatMap(id -> only(id, byMail.getOrDefault(id, List.of()))))
          .filter(this::isHere)
          .ifPresent(found::add);
    }
    return found;
  }

  private boolean isHere(LetterId id) {
    String refusal = shelf.refusal(id);
    if (!refusal.isEmpty()) {
      unknown.accept(refusal);
    }
    return refusal.isEmpty();
  }

  private void collect(LogAccess servers, Map<MailId, List<Found>> byMail) throws IOException {
    try (Letters letters = new Letters(servers, LogAddress.WAIT, false)) {
      for (String stage : shelf.stages(letters)) {
        letters.read(
            stage,
            Instant.EPOCH,
            letter ->
                letter
                    .envelope()
                    .map(envelope -> byMail.get(envelope.id()))
                    .ifPresent(of ->
                        of.add(new Found(letter.id(), LetterMark.of(letter, marks).isDone()))));
      }
    }
  }

  private Optional<LetterId> only(MailId mail, List<Found> letters) {
    List<Found> open = letters.stream().filter(letter -> !letter.isDone()).toList();
    List<Found> candidates = open.isEmpty() ? letters : open;
    if (candidates.size() == 1) {
      return Optional.of(candidates.getFirst().id());
    }
    unknown.accept(
        candidates.isEmpty()
            ? "%s: no %s holds this mail".formatted(mail, shelf.noun)
            : "%s: several %s hold this mail: %s".formatted(mail, shelf.nouns, join(candidates)));
    return Optional.empty();
  }

  private static String join(List<Found> letters) {
    return String.join(", ", letters.stream().map(letter -> letter.id().toString()).toList());
  }

  private static Optional<MailId> mail(String text) {
    return MailId.parse(text.toLowerCase(Locale.ROOT));
  }
}
