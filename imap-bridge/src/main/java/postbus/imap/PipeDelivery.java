package postbus.imap;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.site.Pipe;

/**
 * Hands mails to the commands that alias files name and the site allows, and says what became of
 * each. Any number of threads may use it.
 *
 * <p>A run cannot be undone: once it is begun, it is waited for; and if this process dies before
 * the outcome is recorded, the command gets the mail again, as another server does after the final
 * dot.
 */
final class PipeDelivery {
  private static final Logger LOG = Logger.getLogger(PipeDelivery.class);

  /** Commands that are remembered as having been told of. */
  private static final int TOLD_MAX = 1000;

  private static final Outcome BUSY = ExitStatus.later("the command is busy");

  /** Files and processes keep a thread, and so must not be the carriers of virtual ones. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("pipe-", 0).factory());

  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final Path inputs;
  private final ContentStore contents;
  private final Collection<Pipe> pipes;
  private final Duration placeWait;
  private volatile Map<String, Allowed> allowed = Map.of();
  private volatile boolean stopping;
  private volatile long stopAt;

  /** A command that the site allows. */
  private record Allowed(Pipe pipe, RunAs runAs, PipePlaces places) {}

  /**
   * @param data below which the mails lie that commands read
   * @param pipes what the site allows
   * @param placeWait for a run of the same command to end; a mail that waits longer steps aside
   */
  PipeDelivery(Path data, ContentStore contents, Collection<Pipe> pipes, Duration placeWait) {
    this.inputs = data.resolve("pipes");
    this.contents = contents;
    this.pipes = pipes;
    this.placeWait = placeWait;
  }

  /**
   * Makes sure that commands can be run; before the first mail.
   *
   * @throws IllegalStateException if not; its text says why
   */
  void start() {
    if (pipes.isEmpty()) {
      return;
    }
    try {
      PipeInput.prepare(inputs);
    } catch (IOException e) {
      throw new IllegalStateException("cannot keep the input of pipes in " + inputs + ": " + e, e);
    }
    boolean isRoot = new UnixSystem().getUid() == 0;
    Map<String, Allowed> all = new HashMap<>();
    for (Pipe pipe : pipes) {
      PipePlaces places = new PipePlaces(pipe.atOnceMax(), placeWait);
      all.putIfAbsent(pipe.command().toString(), new Allowed(pipe, RunAs.of(pipe, isRoot), places));
    }
    allowed = Map.copyOf(all);
  }

  /** Begins no run from now on, and kills those that have not ended after a while. Returns soon. */
  void stop(Duration wait) {
    stopAt = System.nanoTime() + wait.toNanos();
    stopping = true;
  }

  /**
   * Runs a command once, with the mail as its input.
   *
   * @param text the command as the alias file has it
   * @param mayRun asked when all is ready for the run, which cannot be undone
   * @return empty if it was not to be run
   */
  Optional<Outcome> deliver(Mail mail, Recipient recipient, String text, BooleanSupplier mayRun) {
    Optional<CommandLine> command = CommandLine.parse(text);
    if (command.isEmpty()) {
      tell(text, "%s: this is no command: %s", recipient.address(), text);
      return Optional.of(ExitStatus.misconfigured("the command of the alias is not well-formed"));
    }
    String program = command.get().program();
    Allowed known = allowed.get(program);
    if (known == null) {
      tell(program, "%s: the site does not allow the command %s", recipient.address(), program);
      return Optional.of(
          ExitStatus.misconfigured("the site does not allow the command of the alias"));
    }
    Optional<PipePlaces.Place> place = known.places.enter(mail.content().length);
    if (place.isEmpty()) {
      return Optional.of(BUSY);
    }
    try (var _ = place.get()) {
      List<String> words = known.runAs.command(command.get().words());
      return CompletableFuture.supplyAsync(
              () -> run(mail, recipient, known, words, mayRun), threads)
          .join();
    }
  }

  private Optional<Outcome> run(
      Mail mail, Recipient recipient, Allowed known, List<String> words, BooleanSupplier mayRun) {
    Pipe pipe = known.pipe;
    try {
      CommandRun run;
      try (PipeInput input = PipeInput.write(inputs, mail, recipient.address(), contents)) {
        if (!mayRun.getAsBoolean()) {
          return Optional.empty();
        }
        if (stopping) {
          return Optional.of(ExitStatus.later("the command was not begun, since Postbus stops"));
        }
        Map<String, String> environment =
            PipeEnvironment.of(mail.envelope(), recipient.address(), known.runAs.home());
        run = CommandRun.start(words, environment, input.file());
      }
      CommandEnd end = run.await(pipe.runMax(), pipe.outputMax(), this::isOver);
      LOG.debugf("%s: %s for %s: %s", mail.envelope().id(), pipe.name(), recipient.address(), end);
      return Optional.of(ExitStatus.outcome(pipe.command().toString(), end));
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf(e, "%s: not piped for %s", mail.envelope().id(), recipient.address());
      return Optional.of(ExitStatus.later("the command cannot be run now"));
    }
  }

  private boolean isOver() {
    return stopping && System.nanoTime() - stopAt >= 0;
  }

  /** Once for each command, and not for each mail. */
  private void tell(String command, String format, Object... parameters) {
    if (told.size() < TOLD_MAX && told.add(command)) {
      LOG.warnf(format, parameters);
    }
  }
}
