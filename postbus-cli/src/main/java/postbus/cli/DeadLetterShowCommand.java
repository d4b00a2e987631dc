package postbus.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import postbus.log.DeadLetter;
import postbus.log.DeadLetters;
import postbus.log.LetterId;
import postbus.log.LetterMark;

/** Shows all of one dead letter but the body of its content. */
@Command(
    name = "show",
    description = {
      "Show one dead letter: why it is dead, its envelope, what was edited and done, its header.",
      "Exit status 1 when there is none."
    })
final class DeadLetterShowCommand implements Callable<Integer> {
  private static final int HEADER_OCTETS_MAX = 8 << 10;

  @Parameters(paramLabel = "ID", description = "A letter's id, or that of its mail.")
  private String id = "";

  @Option(names = "--json", description = "One JSON object, for programs; without the header.")
  private boolean json;

  @Mixin private LogAddress log = new LogAddress();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var line = Objects.requireNonNull(spec).commandLine();
    LetterOptions.checkIds(line, List.of(id));
    String servers = log.find();
    try (DeadLetters letters = new DeadLetters(servers, LogAddress.WAIT, true)) {
      Map<LetterId, LetterMark> marks = letters.marks();
      Set<LetterId> found = new LetterIds(List.of(id), marks, line.getErr()::println).find(servers);
      for (LetterId each : found) {
        var letter = letters.find(each);
        if (letter.isPresent()) {
          print(letter.get(), marks.getOrDefault(each, LetterMark.NONE), line.getOut());
          return 0;
        }
        line.getErr().println(LetterOptions.unknown(each));
      }
    }
    line.getErr().flush();
    return Postbus.FAILED;
  }

  private void print(DeadLetter letter, LetterMark mark, PrintWriter out) {
    if (json) {
      out.println(LetterJson.of(letter, mark));
    } else {
      LetterText.lines(letter, mark).forEach(out::println);
      out.println();
      try (InputStream content = log.contents().open(letter)) {
        LetterText.header(content.readNBytes(HEADER_OCTETS_MAX)).forEach(out::println);
      } catch (IOException gone) {
        out.println("(its content cannot be read: " + gone + ")");
      }
    }
    out.flush();
  }
}
