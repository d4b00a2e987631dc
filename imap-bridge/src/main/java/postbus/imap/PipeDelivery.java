package postbus.imap;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.EmailAddress;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.site.Pipe;

/**
 * Hands mails to the commands that alias files name and the site allows, and says what became of
 * each. Any number of threads may use it.
 */
final class PipeDelivery {
  private static final Logger LOG = Logger.getLogger(PipeDelivery.class);

  /** Commands that are remembered as having been told of. */
  private static final int TOLD_MAX = 1000;

  private static final Outcome BUSY = ExitStatus.later("the command is busy");

  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final MailCommands commands;
  private final Collection<Pipe> pipes;
  private final Duration placeWait;
  private volatile Map<String, Allowed> allowed = Map.of();

  /** A command that the site allows. */
  private record Allowed(Pipe pipe, RunAs runAs, PipePlaces places) {}

  /**
   * @param data below which the mails lie that commands read
   * @param pipes what the site allows
   * @param placeWait for a run of the same command to end; a mail that waits longer steps aside
   */
  PipeDelivery(Path data, ContentStore contents, Collection<Pipe> pipes, Duration placeWait) {
    this.commands = new MailCommands(data.resolve("pipes"), contents);
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
    commands.start();
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
    commands.stop(wait);
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
      EmailAddress address = recipient.address();
      MailCommands.Run run =
          new MailCommands.Run(
              known.runAs.command(command.get().words()),
              PipeEnvironment.of(mail.envelope(), address, known.runAs.home()),
              known.pipe.runMax(),
              known.pipe.outputMax(),
              CommandOutput::firstLine);
      return commands
          .run(mail, address, run, mayRun)
          .map(end -> ExitStatus.outcome(known.pipe.command().toString(), end));
    }
  }

  /** Once for each command, and not for each mail. */
  private void tell(String command, String format, Object... parameters) {
    if (told.size() < TOLD_MAX && told.add(command)) {
      LOG.warnf(format, parameters);
    }
  }
}
