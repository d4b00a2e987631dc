package postbus.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads the text files of a site: bounded, UTF-8, and whatever is wrong as one clear problem. */
final class TextFile {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private TextFile() {}

  /**
   * The whole text without a byte order mark.
   *
   * @param name how problems call the file
   * @param octetsMax a larger file is wrong
   */
  static Checked<String> read(Path file, String name, int octetsMax) {
    return whole(file, name, octetsMax)
        .then(text -> new Checked.Good<>(isMarked(text) ? text.substring(1) : text));
  }

  /**
   * The lines without their LF; a CR stays, as white space at the end. So does a byte order mark:
   * it is part of the first line, as for Exim, and a warning.
   */
  static Checked<List<String>> lines(Path file, String name, int octetsMax) {
    return whole(file, name, octetsMax)
        .then(text -> new Checked.Good<>(List.of(text.split("\n")), marked(name, text)));
  }

  private static Checked<String> whole(Path file, String name, int octetsMax) {
    if (Files.isDirectory(file)) {
      return wrong(name, 0, "is a folder, expected a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(octetsMax + 1);
      return octets.length > octetsMax
          ? wrong(name, 0, "is too large, expected at most " + Notation.print(octetsMax))
          : decode(name, octets);
    } catch (NoSuchFileException e) {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          ? wrong(name, 0, "is a link that leads nowhere, expected a file")
          : wrong(name, 0, "is missing, expected a file");
    } catch (IOException e) {
      return wrong(name, 0, "cannot be read (" + e + "), expected a readable file");
    }
  }

  private static Checked<String> decode(String name, byte[] octets) {
    ByteBuffer in = ByteBuffer.wrap(octets);
    CharBuffer out = CharBuffer.allocate(octets.length);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    int lineHere = 1 + (int) out.flip().chars().filter(character -> character == '\n').count();
    if (result.isError()) {
      return wrong(
          name,
          lineHere,
          "octet 0x%02x is no UTF-8, expected text in UTF-8".formatted(in.get(in.position())));
    }
    String text = out.toString();
    int zero = text.indexOf('\0');
    if (zero >= 0) {
      int line = 1 + (int) text.substring(0, zero).chars().filter(c -> c == '\n').count();
      return wrong(name, line, "a NUL octet, expected text");
    }
    return new Checked.Good<>(text);
  }

  private static List<SiteProblem> marked(String name, String text) {
    return isMarked(text)
        ? List.of(
            new SiteProblem(
                name, 1, "begins with a byte order mark, which belongs to the first name"))
        : List.of();
  }

  private static boolean isMarked(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
  }

  private static <T> Checked<T> wrong(String name, int line, String what) {
    return new Checked.Wrong<>(List.of(new SiteProblem(name, line, what)));
  }
}
