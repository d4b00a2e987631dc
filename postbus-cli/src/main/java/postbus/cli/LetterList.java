package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import postbus.log.Letter;
import postbus.log.LetterId;
import postbus.log.LetterMark;
import postbus.log.Letters;

/** Shows letters, one a line, as they are read: their number does not matter. */
final class LetterList {
  @Mixin private LetterFilter filter = new LetterFilter();

  @Option(names = "--open", description = "Only those with which nothing has been done.")
  private boolean open;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Mixin private LogAddress log = new LogAddress();

  /** Which stages' letters are shown. */
  interface Stages {
    List<String> of(Letters letters) throws IOException;
  }

  /** One line of the list. */
  interface Row {
    String of(Letter letter, LetterMark mark, String content);
  }

  /** Prints all that are wanted; status 1 when there is none. */
  int print(CommandLine line, Shelf shelf, Stages stages, String headings, Row row)
      throws IOException {
    PrintWriter out = line.getOut();
    Map<String, Integer> counts = new TreeMap<>();
    try (Letters letters = new Letters(log.find(), LogAddress.WAIT, false)) {
      Map<LetterId, LetterMark> marks = letters.marks();
      filter.read(
          letters,
          stages.of(letters),
          letter -> {
            LetterMark mark = LetterMark.of(letter, marks);
            if (open && mark.isDone()) {
              return;
            }
            if (counts.isEmpty() && !json) {
              out.println(headings);
            }
            counts.merge(LetterText.state(mark), 1, Integer::sum);
            String content = log.contents().whereabouts(letter);
            out.println(
                json ? LetterJson.of(letter, mark, content) : row.of(letter, mark, content));
          });
    }
    out.flush();
    if (counts.isEmpty()) {
      line.getErr().println("There is no such " + shelf.noun + ".");
      line.getErr().flush();
      return Postbus.FAILED;
    }
    if (!json) {
      out.println(counts.toString().replaceAll("[{}]", "").replace('=', ' '));
      out.flush();
    }
    return 0;
  }
}
