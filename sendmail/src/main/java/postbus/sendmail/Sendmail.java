package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.sendmail.Request.Refused;
import postbus.sendmail.Request.RunSpool;
import postbus.sendmail.Request.ShowSpool;
import postbus.sendmail.Request.Submit;

/**
 * What local software calls {@code sendmail}: submits the mail on standard input to Postbus by
 * SMTP, and keeps it in a spool while Postbus does not take it now. When it ends with 0, one of the
 * two has the mail on disk.
 */
final class Sendmail {
  private final LocalUser user;
  private final Settings settings;
  private final InputStream in;
  private final PrintWriter out;
  private final PrintWriter err;

  Sendmail(LocalUser user, Settings settings, InputStream in, PrintWriter out, PrintWriter err) {
    this.user = user;
    this.settings = settings;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /**
   * The launcher says by system properties who calls, by which name, and where the settings are.
   */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, UTF_8);
    List<Path> files =
        Stream.of(System.getProperty("postbus.conf", "").split(":"))
            .filter(name -> !name.isEmpty())
            .map(Path::of)
            .toList();
    String hostname = System.getProperty("postbus.hostname", "localhost");
    ExitCode code =
        switch (SettingsFile.read(files, hostname)) {
          case SettingsFile.Outcome.Bad(String why) -> {
            err.println("sendmail: " + why);
            yield ExitCode.CONFIGURATION;
          }
          case SettingsFile.Outcome.Good(Settings settings) -> {
            LocalUser user =
                LocalUser.of(
                    System.getProperty("user.name"), Integer.getInteger("postbus.uid", -1));
            InputStream in = new BufferedInputStream(System.in, 1 << 16);
            yield new Sendmail(user, settings, in, out, err)
                .run(System.getProperty("postbus.program", "sendmail"), Arrays.asList(args));
          }
        };
    System.exit(code.code());
  }

  ExitCode run(String program, List<String> arguments) {
    try {
      return switch (CommandLine.read(program, arguments)) {
        case Refused(String why) -> fail(ExitCode.USAGE, why);
        case ShowSpool() -> show();
        case RunSpool() -> submitWaiting();
        case Submit request -> submit(request);
      };
    } catch (IOException e) {
      return fail(ExitCode.TEMPORARY_FAILURE, e.toString());
    } catch (RuntimeException e) {
      return fail(ExitCode.SOFTWARE, "this is a bug: " + e);
    }
  }

  private ExitCode submit(Submit request) throws IOException {
    Optional<Draft> draft = Draft.read(in, request.dotIsText());
    if (draft.isEmpty()) {
      return fail(
          ExitCode.DATA_ERROR,
          "the mail has more than %d octets, or its header more than %d"
              .formatted(Draft.OCTETS_MAX, Draft.HEADER_OCTETS_MAX));
    }
    Submission mail =
        new Composition(user, settings.domain(), ZonedDateTime.now()).of(request, draft.get());
    if (mail.recipients().isEmpty()) {
      return fail(ExitCode.USAGE, "no recipient is named, neither as argument nor in the header");
    }
    Submitted submitted;
    try (Submitter submitter = new Submitter(settings)) {
      submitted = submitter.submit(mail);
    }
    return report(request, mail, submitted);
  }

  private ExitCode report(Submit request, Submission mail, Submitted submitted) {
    if (request.verbose()) {
      submitted.replies().forEach(reply -> out.println(reply));
    }
    submitted
        .refused()
        .forEach((to, why) -> err.println("sendmail: " + to + " is refused: " + why.reply()));
    if (!submitted.putOff().isEmpty()) {
      List<String> later = List.copyOf(submitted.putOff().keySet());
      String why = submitted.putOff().values().iterator().next().reply().text();
      switch (new Drop(settings.spool(), user).put(mail.to(later))) {
        case Drop.Kept.Not(String not) -> {
          String who = String.join(", ", later);
          return fail(ExitCode.TEMPORARY_FAILURE, who + " not sent: " + why + "; and " + not);
        }
        case Drop.Kept.Spooled(var id) -> {
          if (request.verbose()) {
            out.println("kept as " + id + " until it is taken: " + why);
          }
        }
      }
    }
    return submitted.refused().isEmpty() ? ExitCode.OK : submitted.exitCode();
  }

  /** Who does not run the spool sees what he put there himself. */
  private ExitCode show() throws IOException {
    Spool spool = new Spool(settings.spool());
    SpoolList list = new SpoolList(out);
    if (Files.isReadable(spool.queue())) {
      List<Path> waiting = new ArrayList<>();
      if (spool.isOfOtherThan(user)) {
        waiting.addAll(spool.droppedMails());
      } else {
        new SpoolRun(spool, settings, err).claim();
      }
      waiting.addAll(spool.waiting());
      list.show(waiting, spool.refusedMails());
    } else {
      list.show(new Drop(settings.spool(), user).mails(), List.of());
    }
    return ExitCode.OK;
  }

  private ExitCode submitWaiting() throws IOException {
    Spool spool = new Spool(settings.spool());
    if (spool.isOfOtherThan(user)) {
      return fail(
          ExitCode.NO_PERMISSION, spool.folder() + " belongs to another user; only he runs it");
    }
    spool.prepare();
    new SpoolRun(spool, settings, err).run();
    return ExitCode.OK;
  }

  private ExitCode fail(ExitCode code, String why) {
    err.println("sendmail: " + why);
    return code;
  }
}
