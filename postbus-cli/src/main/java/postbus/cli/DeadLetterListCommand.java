package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import postbus.log.DeadLetters;
import postbus.log.LetterId;
import postbus.log.LetterMark;

/** Shows dead letters, one a line, as they are read: their number does not matter. */
@Command(
    name = "list",
    description = {
      "Show dead letters, stage by stage, the oldest first.",
      "Exit status 1 when there is none."
    })
final class DeadLetterListCommand implements Callable<Integer> {
  @Mixin private LetterFilter filter = new LetterFilter();

  @Option(names = "--open", description = "Only those that were neither replayed nor dropped.")
  private boolean open;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Mixin private LogAddress log = new LogAddress();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var line = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = line.getOut();
    Map<String, Integer> counts = new TreeMap<>();
    try (DeadLetters letters = new DeadLetters(log.find(), LogAddress.WAIT, false)) {
      Map<LetterId, LetterMark> marks = letters.marks();
      filter.read(
          letters,
          letter -> {
            LetterMark mark = marks.getOrDefault(letter.id(), LetterMark.NONE);
            if (open && mark.isDone()) {
              return;
            }
            if (counts.isEmpty() && !json) {
              out.println(LetterText.headings());
            }
            counts.merge(LetterText.state(mark), 1, Integer::sum);
            out.println(json ? LetterJson.of(letter, mark) : LetterText.row(letter, mark));
          });
    }
    out.flush();
    if (counts.isEmpty()) {
      line.getErr().println("There is no such dead letter.");
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
