package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a process of a test says. The last lines of each, also of those that have ended, are kept
 * for {@link LastLines}, until the next test class.
 */
final class ProcessOutput implements AutoCloseable {
  private static final int LINES_MAX = 30;
  private static final int CHARACTERS_A_LINE_MAX = 400;
  private static final int ENDED_MAX = 20;

  private static final List<ProcessOutput> OPEN = new ArrayList<>();
  private static final Deque<String> ENDED = new ArrayDeque<>();

  private final String name;
  private final Path file;

  private ProcessOutput(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  /** Of a process that is about to start. */
  static ProcessOutput of(String name) throws IOException {
    ProcessOutput output = new ProcessOutput(name, Files.createTempFile(name, ".out"));
    synchronized (ENDED) {
      OPEN.add(output);
    }
    return output;
  }

  /** Where the process is to write. */
  File file() {
    return file.toFile();
  }

  /** All that it has said. */
  String text() {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String lastLines() {
    List<String> all = end().lines().toList();
    StringBuilder last = new StringBuilder("--- last lines of " + name + "\n");
    for (String line : all.subList(Math.max(0, all.size() - LINES_MAX), all.size())) {
      last.append(line, 0, Math.min(line.length(), CHARACTERS_A_LINE_MAX)).append('\n');
    }
    return last.toString();
  }

  private String end() {
    try (RandomAccessFile all = new RandomAccessFile(file(), "r")) {
      all.seek(Math.max(0, all.length() - LINES_MAX * CHARACTERS_A_LINE_MAX));
      byte[] end = new byte[LINES_MAX * CHARACTERS_A_LINE_MAX];
      return new String(end, 0, Math.max(0, all.read(end)), UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The last lines of those that ended lately, and of those that run. */
  static String ofAll() {
    synchronized (ENDED) {
      StringBuilder all = new StringBuilder();
      ENDED.forEach(all::append);
      OPEN.forEach(open -> all.append(open.lastLines()));
      return all.toString();
    }
  }

  /** The next test has nothing to do with those that have ended. */
  static void forget() {
    synchronized (ENDED) {
      ENDED.clear();
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (ENDED) {
      if (OPEN.remove(this)) {
        ENDED.add(lastLines());
      }
      if (ENDED.size() > ENDED_MAX) {
        ENDED.remove();
      }
    }
    Files.deleteIfExists(file);
  }
}
