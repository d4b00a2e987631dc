package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import postbus.mail.MailParameters;
import postbus.sendmail.Settings.Place;

/** A user of this machine who calls {@code sendmail}, with a spool of his own. */
final class Caller {
  static final String MAIL = "Subject: hi\n\nbody\n";

  private final Path spool;
  private int port;

  /** What a call came to. */
  record Ran(ExitCode code, String out, String err) {}

  Caller(Path folder, int port) {
    this.spool = folder.resolve("spool");
    this.port = port;
    try {
      new Spool(spool).prepare();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Ran sendmail(String... arguments) {
    return sendmail(MAIL.getBytes(UTF_8), arguments);
  }

  Ran sendmail(byte[] input, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Sendmail program =
        new Sendmail(
            user(),
            settings(),
            new ByteArrayInputStream(input),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    ExitCode code = program.run("sendmail", List.of(arguments));
    return new Ran(code, out.toString(), err.toString());
  }

  void serverIsAt(int other) {
    port = other;
  }

  /** From now on nobody listens where he calls. */
  void serverIsGone() {
    serverIsAt(1);
  }

  LocalUser user() {
    try {
      return new LocalUser("jane", (int) Files.getAttribute(spool, "unix:uid"), "Jane Doe");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Settings settings() {
    return new Settings(
        List.of(new Place("127.0.0.1", port)), "host.example.org", spool, Optional.empty());
  }

  Spool spool() {
    return new Spool(spool);
  }

  /** Where this user's mails are dropped. */
  Path dropped() {
    return spool().drop().resolve(Integer.toString(user().uid()));
  }

  /** All of the spool's mails, wherever they are. */
  List<Path> kept() throws IOException {
    try (var files = Files.walk(spool)) {
      return files.filter(Files::isRegularFile).filter(Spool::isMail).sorted().toList();
    }
  }

  static Submission mail(String sender, String... recipients) {
    return new Submission(
        sender,
        List.of(recipients),
        false,
        Set.of(),
        MailParameters.NONE,
        "Subject: hi\r\n\r\nbody\r\n".getBytes(UTF_8));
  }
}
