package postbus.imap;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * One run of a command, without a shell: started in the folder {@code /} with the environment that
 * it is given and no other, ended by itself or killed with all that it has started.
 *
 * <p>Limit: what the command leaves running in the background when it ends by itself goes on, as
 * with Exim; a process that has left both its group and its parents is not found when the rest is
 * killed.
 */
final class CommandRun {
  /**
   * Between two looks at the output: a command that writes fills no more than its pipe till then.
   */
  private static final Duration LOOK = Duration.ofMillis(50);

  /** For the command that kills the others. */
  private static final Duration KILL_WAIT = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(CommandRun.class);

  private final Process process;

  private CommandRun(Process process) {
    this.process = process;
  }

  /**
   * @param words begin with {@code setsid}: the process leads a group of its own, by which it is
   *     killed, and has no terminal
   * @param input is open when this returns
   * @throws IOException if the system cannot start it
   */
  static CommandRun start(List<String> words, Map<String, String> environment, Path input)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(new File("/"))
            .redirectInput(input.toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new CommandRun(builder.start());
  }

  /**
   * Waits for the end; of the output, its first line is told.
   *
   * @param runMax after which it is killed
   * @param outputMax octets of the output that are kept
   * @param stop asked now and then; true kills it
   */
  CommandEnd await(Duration runMax, int outputMax, BooleanSupplier stop) throws IOException {
    return await(runMax, outputMax, CommandOutput::firstLine, stop);
  }

  /**
   * Waits for the end.
   *
   * @param told which line of the output
   */
  CommandEnd await(
      Duration runMax, int outputMax, Function<CommandOutput, String> told, BooleanSupplier stop)
      throws IOException {
    long begin = System.nanoTime();
    CommandOutput kept = new CommandOutput(outputMax);
    InputStream output = process.getInputStream();
    // When the process ends, the JDK reads its whole output into memory, under this lock; what a
    // background process writes without end would never fit. Closed before, it is not read.
    synchronized (output) {
      try (output) {
        while (!process.waitFor(LOOK)) {
          kept.read(output);
          if (System.nanoTime() - begin >= runMax.toNanos()) {
            return new CommandEnd.TimedOut(runMax);
          }
          if (stop.getAsBoolean()) {
            return new CommandEnd.Stopped();
          }
        }
        kept.read(output);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return new CommandEnd.Stopped();
      } finally {
        if (process.isAlive()) {
          kill();
        }
      }
    }
    return new CommandEnd.Exited(process.exitValue(), told.apply(kept));
  }

  /** The process has not ended, so its number and its group's are nobody else's. */
  private void kill() {
    List<ProcessHandle> started = process.descendants().toList();
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -s KILL -- -" + process.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(KILL_WAIT)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      LOG.warnf("the group of process %d is not killed at once: %s", process.pid(), e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    started.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
