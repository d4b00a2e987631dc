package postbus.cli;

import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.mailencoder.MailEncoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import postbus.mail.Body;
import postbus.mail.EmailAddress;
import postbus.mail.MailParameters;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.site.Site.Auth;
import postbus.site.Site.Listener;
import postbus.site.SiteReader;
import postbus.smtp.Caller;
import postbus.smtp.Content;
import postbus.smtp.Sent;
import postbus.smtp.Server;
import postbus.smtp.SmtpConnection;
import postbus.smtp.SmtpConnector;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.SmtpWaits;
import postbus.smtp.Transaction;

/**
 * Submits a test mail to one of the site's listeners, as a newcomer's first client, and prints what
 * the server said to it: its 250 names the mail.
 *
 * <p>Vert.x Mail writes the mail; our own client sends it, since Vert.x Mail keeps the server's
 * last reply to itself.
 */
@Command(
    name = "send",
    description = "Submits a test mail and prints the server's reply, which names the mail.")
public final class SendCommand implements Callable<Integer> {
  private static final Duration CONNECT_WAIT = Duration.ofSeconds(5);

  /** Above the time that the server itself gives policy and log before it answers. */
  private static final Duration REPLY_WAIT = Duration.ofSeconds(60);

  private static final SmtpWaits WAITS =
      new SmtpWaits(CONNECT_WAIT, REPLY_WAIT, REPLY_WAIT, REPLY_WAIT, REPLY_WAIT, REPLY_WAIT);

  @Option(
      names = "--from",
      required = true,
      paramLabel = "ADDRESS",
      description = "The sender; <> for none.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      split = ",",
      paramLabel = "ADDRESS",
      description = "The recipients.")
  private List<String> to = List.of();

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description = "The listener to submit to (default: the first that wants no login).")
  private @Nullable String listener;

  @Option(
      names = "--subject",
      defaultValue = "A test of Postbus",
      description = "The subject (default: ${DEFAULT-VALUE}).")
  private String subject = "";

  @Option(
      names = "--site",
      paramLabel = "DIR",
      defaultValue = "${env:POSTBUS_SITE:-site}",
      description = "The site folder (default: ${DEFAULT-VALUE}).")
  private Path site = Path.of("site");

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The text; - for standard input (default: a short one).")
  private @Nullable String file;

  @Spec private @Nullable CommandSpec spec;

  /** 0 if the server took the mail for every recipient, 1 if not. */
  @Override
  public Integer call() throws IOException {
    List<Recipient> recipients = to.stream().map(this::address).map(Recipient::of).toList();
    ReversePath reversePath =
        from.equals("<>") ? new ReversePath.Null() : new ReversePath.Address(address(from));
    Optional<InetSocketAddress> address = listenerAddress();
    return address.isEmpty() ? 1 : submit(address.get(), reversePath, recipients, text());
  }

  private int submit(
      InetSocketAddress address, ReversePath reversePath, List<Recipient> recipients, String text)
      throws IOException {
    InetAddress host = address.getAddress();
    Server server = new Server(host.getHostAddress(), host, address.getPort());
    String helo = "localhost";
    Caller caller = new Caller(List.of(new InetSocketAddress(0).getAddress()), helo, false);
    return switch (new SmtpConnector(caller, WAITS).open(List.of(server))) {
      case Opened.Failed(Outcome why) -> {
        err().println("cannot submit to " + server + ": " + why.why().reply().text());
        yield 1;
      }
      case Opened.Connected(SmtpConnection connection) -> {
        byte[] content = content(text, helo);
        Body body = Body.of(content.length);
        Content.Ready ready =
            new Content.Ready(content.length, () -> new ByteArrayInputStream(content), false);
        Transaction transaction =
            new Transaction(reversePath, recipients, body, MailParameters.NONE, _ -> ready);
        Sent sent = connection.send(transaction, () -> true);
        connection.quit();
        yield report(sent);
      }
    };
  }

  private int report(Sent sent) {
    return switch (sent) {
      case Sent.Ended(List<Sent.Result> results, List<Recipient> untried) -> {
        results.stream()
            .map(Sent.Result::outcome)
            .filter(outcome -> outcome instanceof Outcome.Delivered)
            .findFirst()
            .ifPresent(taken -> out().println(taken.why().reply()));
        List<Sent.Result> refused =
            results.stream()
                .filter(result -> !(result.outcome() instanceof Outcome.Delivered))
                .toList();
        refused.forEach(result ->
            err().println(result.recipient().address() + ": " + result.outcome().why().reply()));
        untried.forEach(left -> err().println(left.address() + ": too many recipients"));
        yield refused.isEmpty() && untried.isEmpty() ? 0 : 1;
      }
      case Sent.Abandoned _, Sent.Stale _ -> {
        err().println("the server closed the connection");
        yield 1;
      }
    };
  }

  private byte[] content(String text, String helo) {
    MailMessage mail = new MailMessage().setTo(to).setSubject(subject).setText(text);
    mail.setFrom(from.equals("<>") ? "MAILER-DAEMON@" + helo : from);
    String encoded = new MailEncoder(mail, helo).encode();
    String lines = encoded.replaceAll("\r\n?|\n", "\r\n");
    return (lines.endsWith("\r\n") ? lines : lines + "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Empty if the site is wrong, or has no such listener; that has then been said. */
  private Optional<InetSocketAddress> listenerAddress() {
    Site read;
    try {
      read = SiteReader.read(site);
    } catch (InvalidSite e) {
      e.problems().forEach(err()::println);
      return Optional.empty();
    }
    String wanted = listener;
    Optional<Listener> found =
        wanted == null
            ? read.listeners().values().stream()
                .filter(each -> each.auth() != Auth.REQUIRED)
                .findFirst()
            : Optional.ofNullable(read.listeners().get(wanted));
    if (found.isEmpty()) {
      String known = String.join(", ", read.listeners().keySet());
      String why = wanted == null ? "each listener wants a login" : "no listener " + wanted;
      err().println(why + "; the site has: " + known);
    }
    return found.map(Listener::address);
  }

  private String text() throws IOException {
    String named = file;
    if (named == null) {
      return "This mail was sent by ./postbus send.\n";
    }
    if (named.equals("-")) {
      return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (!Files.isReadable(Path.of(named))) {
      throw new ParameterException(spec().commandLine(), "cannot read " + named);
    }
    return Files.readString(Path.of(named));
  }

  private EmailAddress address(String text) {
    return EmailAddress.parse(text.strip())
        .orElseThrow(() ->
            new ParameterException(
                spec().commandLine(), "expected local-part@domain, found " + text));
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
