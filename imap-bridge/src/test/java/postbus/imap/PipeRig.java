package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import postbus.log.Bounces;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.site.Pipe;
import postbus.site.Schedule;

/** Local delivery with real commands: mails go in, scripts tell what they have seen. */
final class PipeRig {
  static final Duration LONG = Duration.ofSeconds(30);
  static final String STAFF = "Staff@wikimedia.org";
  private static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";
  private static final int OUTPUT_MAX = 1000;

  final Scripts scripts;
  private final Path data;
  private final ContentStore contents;

  private PipeRig(Scripts scripts, Path data, ContentStore contents) {
    this.scripts = scripts;
    this.data = data;
    this.contents = contents;
  }

  static PipeRig in(Path folder) throws IOException {
    PipeRig rig =
        new PipeRig(Scripts.in(folder), folder, new ContentFolder(folder.resolve("content")));
    PipeInput.prepare(rig.inputFolder());
    return rig;
  }

  Path inputFolder() {
    return data.resolve("pipes");
  }

  /** What lies there for commands to read. */
  List<Path> inputs() throws IOException {
    try (Stream<Path> files = Files.list(inputFolder())) {
      return files.toList();
    }
  }

  Pipe pipe(Path command) {
    return pipe(command, "nobody");
  }

  Pipe pipe(Path command, String user) {
    return new Pipe(String.valueOf(command.getFileName()), command, user, LONG, OUTPUT_MAX, 2);
  }

  Pipe pipe(Path command, Duration runMax) {
    Pipe pipe = pipe(command);
    return new Pipe(pipe.name(), command, pipe.user(), runMax, OUTPUT_MAX, pipe.atOnceMax());
  }

  PipeDelivery pipes(Duration placeWait, Pipe... allowed) {
    PipeDelivery pipes = new PipeDelivery(data, contents, List.of(allowed), placeWait);
    pipes.start();
    return pipes;
  }

  LocalDelivery delivery(Pipe... allowed) {
    return delivery(pipes(LONG, allowed));
  }

  LocalDelivery delivery(PipeDelivery pipes) {
    return new LocalDelivery(
        new MaildirWay(new Mailboxes(data, contents, Quotas.OWN), new Places(10, DovecotRig.WAITS)),
        pipes,
        new Conclusion(
            new Bounces(BridgeStage.SERVICE, "mchenry.wikimedia.org", contents::open),
            new Schedule(List.of(Duration.ofMinutes(7)), Duration.ofDays(5)),
            new OverQuota(Duration.ofDays(1))));
  }

  /** One mail to a command that the site allows, as an alias has it. */
  HandTaken.Recorded run(Path allowed, String command) throws Exception {
    return end(take(mail(command, STAFF), delivery(pipe(allowed))));
  }

  HandTaken take(Mail mail, LocalDelivery delivery) {
    HandTaken taken = new HandTaken(mail, Topics.LOCAL);
    delivery.take(taken);
    return taken;
  }

  HandTaken.Recorded end(HandTaken taken) throws Exception {
    return taken.ended.get(60, TimeUnit.SECONDS);
  }

  Mail mail(String command, String... recipients) {
    return mail(command, Body.of(CONTENT.length()), CONTENT.getBytes(US_ASCII), recipients);
  }

  Mail mail(String command, Body body, byte[] content, String... recipients) {
    Route route = new Route(Route.LOCAL, command, new NextHop.Pipe(command));
    Envelope envelope = envelope(body, recipients).via(route);
    return new Mail(
        envelope.adding(List.of(new HeaderField("Received", "from somewhere\r\n by here"))),
        content);
  }

  Mail mailForMailbox(String recipient) {
    return new Mail(envelope(Body.of(CONTENT.length()), recipient), CONTENT.getBytes(US_ASCII));
  }

  private static Envelope envelope(Body body, String... recipients) {
    return Envelope.begin(
        MailId.next(),
        ReversePath.of("jimbo@example.org"),
        Stream.of(recipients).map(EmailAddress::of).map(Recipient::of).toList(),
        new Client("127.0.9.1", "example.org", "mx", false),
        body);
  }
}
