package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A process with its descendants. The CPU of those that have ended is known once their parents have
 * waited for them.
 */
final class ProcessTree implements ProcessGroup {
  private static final long TICKS_A_SECOND = 100;

  private final Supplier<OptionalLong> root;
  private final boolean isWhole;

  /**
   * @param isWhole whether each of its processes waits for those that it starts
   */
  ProcessTree(Supplier<OptionalLong> root, boolean isWhole) {
    this.root = root;
    this.isWhole = isWhole;
  }

  @Override
  public List<String> within(List<String> command) {
    return command;
  }

  @Override
  public Optional<Duration> cpu() {
    if (!isWhole) {
      return Optional.empty();
    }
    long ticks = pids().stream().mapToLong(ProcessTree::ticks).sum();
    return Optional.of(Duration.ofNanos(1_000_000_000 / TICKS_A_SECOND * ticks));
  }

  @Override
  public List<Long> pids() {
    return root.get().stream()
        .boxed()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static long ticks(long pid) {
    try {
      return ticks(Files.readString(Path.of("/proc/" + pid + "/stat")));
    } catch (IOException e) {
      return 0;
    }
  }

  /** Its own in user and kernel mode, and those of children that it waited for: proc(5). */
  static long ticks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum();
  }

  @Override
  public void close() {}
}
