package postbus.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import postbus.log.Letter;
import postbus.log.LetterDesk;
import postbus.log.LetterId;
import postbus.log.LetterMark;
import postbus.log.Letters;
import postbus.log.LogAccess;
import postbus.log.Resolution;

/** Does one thing with letters. Marks are read when nobody else can write any. */
final class LetterTask {
  private final CommandLine line;
  private final Shelf shelf;
  private final LogAccess servers;
  private final String done;

  /** What is wanted of each letter. */
  interface Wish {
    Resolution of(Letter letter, LetterMark mark);
  }

  /** Which letters, of those that there are. */
  interface Choice {
    void read(Letters letters, Map<LetterId, LetterMark> marks, LetterWork work, Wish wish)
        throws IOException;
  }

  /** How a wish is made, once the log can be asked. */
  interface Wishing {
    Wish with(Letters letters) throws IOException;
  }

  /**
   * @param done what was done then, past tense
   */
  LetterTask(CommandLine line, Shelf shelf, LogAccess servers, String done) {
    this.line = line;
    this.shelf = shelf;
    this.servers = servers;
    this.done = done;
  }

  /** Those with these ids, each on its own; status 1 if one of them is refused. */
  int each(List<String> ids, boolean dryRun, Rate rate, Wishing wishing) throws IOException {
    return run(
        dryRun,
        rate,
        true,
        wishing,
        (letters, marks, work, wish) -> {
          for (LetterId id : new LetterIds(shelf, ids, marks, work::refuse).find(servers)) {
            Optional<Letter> letter = letters.find(id);
            if (letter.isPresent()) {
              work.add(wish.of(letter.get(), LetterMark.of(letter.get(), marks)));
            } else {
              work.refuse(shelf.unknown(id));
            }
          }
        });
  }

  /** Those of a filter with which nothing has been done. */
  int all(LetterStage stage, LetterFilter filter, boolean dryRun, Rate rate, Wishing wishing)
      throws IOException {
    return run(
        dryRun,
        rate,
        dryRun,
        wishing,
        (letters, marks, work, wish) ->
            filter.read(
                letters,
                stage.of(letters),
                letter -> {
                  LetterMark mark = LetterMark.of(letter, marks);
                  if (!mark.isDone()) {
                    work.add(wish.of(letter, mark));
                  }
                }));
  }

  private int run(boolean dryRun, Rate rate, boolean each, Wishing wishing, Choice choice)
      throws IOException {
    try (Letters letters = new Letters(servers, LogAddress.WAIT, true)) {
      // A log that does not answer is found out before another operator is shut out.
      Wish wish = wishing.with(letters);
      @Nullable LetterDesk desk = dryRun ? null : LetterDesk.open(servers, LogAddress.WAIT);
      try {
        LetterWork work =
            new LetterWork(desk, shelf, done, rate, each, line.getOut(), line.getErr());
        choice.read(letters, letters.marks(), work, wish);
        return work.end();
      } finally {
        if (desk != null) {
          desk.close();
        }
      }
    }
  }
}
