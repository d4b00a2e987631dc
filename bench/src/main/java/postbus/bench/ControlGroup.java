package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A control group of Linux, which knows the CPU of all processes that ever were in it. Root may
 * make one, by version 1 or 2 of the interface, unless the machine forbids it.
 */
final class ControlGroup implements ProcessGroup {
  private static final Duration END_WAIT = Duration.ofSeconds(10);
  private static final List<Path> PARENTS =
      Stream.of("/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup/unified", "/sys/fs/cgroup")
          .map(Path::of)
          .toList();

  private final Path folder;

  private ControlGroup(Path folder) {
    this.folder = folder;
  }

  static Optional<ControlGroup> create(String name) {
    String own = "postbus-bench-" + ProcessHandle.current().pid() + "-" + name;
    for (Path parent : PARENTS) {
      if (!Files.isWritable(parent.resolve("cgroup.procs"))) {
        continue;
      }
      try {
        ControlGroup group = new ControlGroup(Files.createDirectory(parent.resolve(own)));
        if (group.cpu().isPresent()) {
          return Optional.of(group);
        }
        group.close();
      } catch (IOException e) {
        // Not for us: the next one.
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> within(List<String> command) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\""));
    all.add(folder.resolve("cgroup.procs").toString());
    all.addAll(command);
    return all;
  }

  @Override
  public Optional<Duration> cpu() {
    try {
      Path total = folder.resolve("cpuacct.usage");
      if (Files.exists(total)) {
        return Optional.of(Duration.ofNanos(Long.parseLong(Files.readString(total).strip())));
      }
      try (Stream<String> lines = Files.lines(folder.resolve("cpu.stat"))) {
        return lines
            .filter(line -> line.startsWith("usage_usec "))
            .map(line -> Duration.ofNanos(1_000 * Long.parseLong(line.substring(11))))
            .findFirst();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<Long> pids() {
    try (Stream<String> lines = Files.lines(folder.resolve("cgroup.procs"))) {
      return lines.map(Long::valueOf).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Whatever still runs in it, all of which was started here, is killed. */
  @Override
  public void close() {
    Waits.until(
        END_WAIT,
        () -> {
          List<Long> left = pids();
          left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
          return left.isEmpty();
        });
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      System.err.println("bench: a control group stays: " + folder);
    }
  }
}
