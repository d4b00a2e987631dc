package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The processes of one server: what CPU they have used so far, what memory they hold together. */
interface ProcessGroup extends AutoCloseable {
  /** A command whose process, and all that it starts, belongs to this group. */
  List<String> within(List<String> command);

  /** Of all processes so far, also of those that have ended; empty if that cannot be told. */
  Optional<Duration> cpu();

  /** Those that run. */
  List<Long> pids();

  @Override
  void close();

  /**
   * @param tree what to look at where there are no control groups; there, a process whose parent
   *     ended before it, and those whose parents do not wait for them, are missed
   */
  static ProcessGroup of(String name, ProcessTree tree) {
    return ControlGroup.create(name).map(group -> (ProcessGroup) group).orElse(tree);
  }

  /**
   * What they hold in memory, what several share being counted once (PSS); the page cache of their
   * files is nobody's.
   */
  default long memoryKibibytes() {
    return pids().stream().mapToLong(ProcessGroup::proportionalKibibytes).sum();
  }

  /** What one process holds; 0 if it has ended. */
  static long proportionalKibibytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException e) {
      // It has ended.
      return 0;
    }
  }
}
