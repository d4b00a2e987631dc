package postbus.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import postbus.log.Letter;
import postbus.log.LetterId;
import postbus.log.LetterMark;
import postbus.log.Letters;
import postbus.log.LogAccess;

/** Shows all of one letter, and of its content as much as is wanted. */
final class LetterLook {
  private static final int HEADER_OCTETS_MAX = 8 << 10;
  private static final int CONTENT_OCTETS_MAX = 1 << 20;

  @Parameters(paramLabel = "ID", description = "A letter's id, or that of its mail.")
  private String id = "";

  @Option(names = "--json", description = "One JSON object, for programs; without the content.")
  private boolean json;

  @Option(
      names = "--content",
      description = "The whole content and not its header alone, up to 1 MiB.")
  private boolean content;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write the content into a new file, byte for byte as the client sent it.")
  private @Nullable Path save;

  @Mixin private LogAddress log = new LogAddress();

  /** Status 1 when there is no such letter. */
  int show(CommandLine line, Shelf shelf) throws IOException {
    LetterOptions.checkIds(line, shelf, List.of(id));
    LogAccess servers = log.find();
    try (Letters letters = new Letters(servers, LogAddress.WAIT, true)) {
      Map<LetterId, LetterMark> marks = letters.marks();
      Set<LetterId> found =
          new LetterIds(shelf, List.of(id), marks, line.getErr()::println).find(servers);
      for (LetterId each : found) {
        Optional<Letter> letter = letters.find(each);
        if (letter.isPresent()) {
          print(letter.get(), LetterMark.of(letter.get(), marks), line.getOut());
          return 0;
        }
        line.getErr().println(shelf.unknown(each));
      }
    }
    line.getErr().flush();
    return Postbus.FAILED;
  }

  private void print(Letter letter, LetterMark mark, PrintWriter out) throws IOException {
    if (save != null) {
      save(letter, save);
    }
    String whereabouts = log.contents().whereabouts(letter);
    if (json) {
      out.println(LetterJson.of(letter, mark, whereabouts));
    } else {
      LetterText.lines(letter, mark, whereabouts).forEach(out::println);
      out.println();
      try (InputStream octets = log.contents().open(letter)) {
        if (content) {
          LetterText.content(octets.readNBytes(CONTENT_OCTETS_MAX)).forEach(out::println);
        } else {
          LetterText.header(octets.readNBytes(HEADER_OCTETS_MAX)).forEach(out::println);
        }
      } catch (IOException gone) {
        out.println("(its content cannot be read: " + gone + ")");
      }
    }
    out.flush();
  }

  private void save(Letter letter, Path file) throws IOException {
    try (InputStream octets = log.contents().open(letter)) {
      Files.copy(octets, file);
    } catch (FileAlreadyExistsException there) {
      throw new IOException(file + " is there already; nothing was written", there);
    }
  }
}
