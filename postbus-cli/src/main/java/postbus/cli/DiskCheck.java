package postbus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether the disk of the data folder has the room without which no mail is taken. Limit: it sees
 * the folder of this machine; listeners elsewhere are asked for their own word by {@link
 * ListenerCheck}.
 */
final class DiskCheck {
  private static final String HOWTO = "docs/howto/disk-is-full.md";
  private static final double MEBI = 1 << 20;

  private final Duration wait;

  /**
   * @param wait for the file system's answer
   */
  DiskCheck(Duration wait) {
    this.wait = wait;
  }

  /**
   * What is wrong; empty if nothing is, or there is no such folder here.
   *
   * @param octetsMin {@code sessions.disk-free-min}
   */
  Optional<String> of(Path data, long octetsMin) {
    CompletableFuture<Optional<Long>> free = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("disk-check").start(() -> look(data, free));
    try {
      return free.get(wait.toMillis(), TimeUnit.MILLISECONDS)
          .filter(octets -> octets < octetsMin)
          .map(octets -> finding(data, octets, octetsMin));
    } catch (TimeoutException e) {
      return Optional.of("%s: its file system does not answer".formatted(data));
    } catch (ExecutionException e) {
      return Optional.of("%s: its disk cannot be looked at: %s".formatted(data, e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void look(Path data, CompletableFuture<Optional<Long>> free) {
    try {
      free.complete(
          Files.isDirectory(data)
              ? Optional.of(Files.getFileStore(data).getUsableSpace())
              : Optional.empty());
    } catch (IOException | RuntimeException e) {
      free.completeExceptionally(e);
    }
  }

  private static String finding(Path data, long free, long min) {
    return String.format(
        Locale.ROOT,
        "%s: %.1f MiB are free on its disk, less than sessions.disk-free-min, %.1f MiB:"
            + " no mail is taken (452); %s",
        data,
        free / MEBI,
        min / MEBI,
        HOWTO);
  }
}
