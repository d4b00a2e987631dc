package postbus.imap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jboss.logging.Logger;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.log.Mail;
import postbus.mail.EmailAddress;

/**
 * Runs commands that read a mail. A run cannot be undone: once it is begun, it is waited for; and
 * if this process dies before the outcome is recorded, the command gets the mail again, as another
 * server does after the final dot. Any number of threads may use it.
 */
final class MailCommands {
  private static final Logger LOG = Logger.getLogger(MailCommands.class);

  /** Files and processes keep a thread, and so must not be the carriers of virtual ones. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("command-", 0).factory());

  private final Path inputs;
  private final ContentStore contents;
  private volatile boolean stopping;
  private volatile long stopAt;

  /**
   * A command to run.
   *
   * @param words begin with those of {@link RunAs}
   * @param runMax after which it is killed
   * @param outputMax octets of the output that are read
   * @param told which line of the output tells how it ended
   */
  record Run(
      List<String> words,
      Map<String, String> environment,
      Duration runMax,
      int outputMax,
      Function<CommandOutput, String> told) {}

  /**
   * @param inputs the folder of the mails that commands read
   */
  MailCommands(Path inputs, ContentStore contents) {
    this.inputs = inputs;
    this.contents = contents;
  }

  /**
   * Makes sure that commands can be given their input.
   *
   * @throws IllegalStateException if not; its text says why
   */
  void start() {
    try {
      PipeInput.prepare(inputs);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot keep the input of commands in " + inputs + ": " + e, e);
    }
  }

  /** Begins no run from now on, and kills those that have not ended after a while. Returns soon. */
  void stop(Duration wait) {
    stopAt = System.nanoTime() + wait.toNanos();
    stopping = true;
  }

  /**
   * Runs a command once, with the mail as its input; blocks until its end.
   *
   * @param mayRun asked when all is ready for the run
   * @return empty if it was not to be run
   */
  Optional<CommandEnd> run(Mail mail, EmailAddress recipient, Run run, BooleanSupplier mayRun) {
    return CompletableFuture.supplyAsync(() -> runHere(mail, recipient, run, mayRun), threads)
        .join();
  }

  private Optional<CommandEnd> runHere(
      Mail mail, EmailAddress recipient, Run run, BooleanSupplier mayRun) {
    try {
      CommandRun begun;
      try (PipeInput input = PipeInput.write(inputs, mail, recipient, contents)) {
        if (!mayRun.getAsBoolean()) {
          return Optional.empty();
        }
        if (stopping) {
          return Optional.of(
              new CommandEnd.NotBegun("the command was not begun, since Postbus stops"));
        }
        begun = CommandRun.start(run.words, run.environment, input.file());
      }
      CommandEnd end = begun.await(run.runMax, run.outputMax, run.told, this::isOver);
      LOG.debugf("%s: %s for %s: %s", mail.envelope().id(), run.words, recipient, end);
      return Optional.of(end);
    } catch (IOException | UncheckedIOException e) {
      if (ContentsAway.isCauseOf(e)) {
        return Optional.of(new CommandEnd.Unread());
      }
      LOG.warnf(e, "%s: no command run for %s", mail.envelope().id(), recipient);
      return Optional.of(new CommandEnd.NotBegun("the command cannot be run now"));
    }
  }

  private boolean isOver() {
    return stopping && System.nanoTime() - stopAt >= 0;
  }
}
