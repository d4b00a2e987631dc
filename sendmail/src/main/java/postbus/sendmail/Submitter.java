package postbus.sendmail;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.Body;
import postbus.mail.Cause;
import postbus.mail.EmailAddress;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.ReversePath;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;
import postbus.smtp.Caller;
import postbus.smtp.Content;
import postbus.smtp.Sent;
import postbus.smtp.Server;
import postbus.smtp.SmtpConnection;
import postbus.smtp.SmtpConnector;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.SmtpWaits;
import postbus.smtp.TlsWanted;
import postbus.smtp.Transaction;

/** Submits mails to the server, one after another over the same connection. One thread uses it. */
final class Submitter implements AutoCloseable {
  private static final Duration CONNECT_WAIT = Duration.ofSeconds(3);
  private static final Duration GREETING_WAIT = Duration.ofSeconds(10);
  private static final Duration COMMAND_WAIT = Duration.ofSeconds(30);

  /** Above the time that the server itself gives policy and log before it answers. */
  private static final Duration FINAL_DOT_WAIT = Duration.ofSeconds(60);

  private static final SmtpWaits WAITS =
      new SmtpWaits(
          CONNECT_WAIT, GREETING_WAIT, COMMAND_WAIT, COMMAND_WAIT, COMMAND_WAIT, FINAL_DOT_WAIT);

  /** Transactions for one mail, where the server takes few recipients in each. */
  private static final int TRANSACTIONS_MAX = 100;

  /** Stands for the server's name while that is not known. */
  private static final String ANY_DOMAIN = "localhost";

  private final Settings settings;
  private final SmtpConnector connector;
  private @Nullable SmtpConnection connection;

  Submitter(Settings settings) {
    this.settings = settings;
    InetAddress anyAddress = new InetSocketAddress(0).getAddress();
    this.connector =
        new SmtpConnector(new Caller(List.of(anyAddress), settings.domain(), true), WAITS);
  }

  /** Blocks until the server has answered, or a wait is over. */
  Submitted submit(Submission mail) {
    Optional<EmailAddress> sender = EmailAddress.parse(mail.sender());
    if (sender.isEmpty() && !mail.sender().isEmpty()) {
      Tally tally = new Tally();
      mail.recipients().forEach(to -> tally.refused.put(to, noAddress("MAIL", "5.1.7")));
      return tally.submitted();
    }
    ReversePath path =
        sender.<ReversePath>map(ReversePath.Address::new).orElseGet(ReversePath.Null::new);
    Tally tally = new Tally();
    List<String> left = addresses(mail.recipients(), tally);
    for (int i = 0; i < TRANSACTIONS_MAX && !left.isEmpty() && !tally.isServerAway; i++) {
      left = submit(mail, path, left, tally);
    }
    left.forEach(to ->
        tally.putOff.putIfAbsent(to, Cause.ours("RCPT", 452, "4.5.3", "too many recipients")));
    return tally.submitted();
  }

  /** Told before anybody is asked: while the server is away, the caller hears of the others. */
  private static List<String> addresses(List<String> recipients, Tally tally) {
    List<String> addresses = new ArrayList<>();
    for (String recipient : recipients) {
      if (address(recipient, ANY_DOMAIN).isPresent()) {
        addresses.add(recipient);
      } else {
        tally.refused.put(recipient, noAddress("RCPT", "5.1.3"));
      }
    }
    return addresses;
  }

  /** Returns those for whom it had no room, or no more time. */
  private List<String> submit(
      Submission mail, ReversePath path, List<String> recipients, Tally tally) {
    switch (open()) {
      case Opened.Failed(Outcome why) -> {
        tally.isServerAway = true;
        recipients.forEach(to -> tally.putOff.put(to, why.why()));
        return List.of();
      }
      case Opened.Connected(SmtpConnection opened) -> {
        Map<EmailAddress, String> known = qualified(recipients, opened.serverName(), tally);
        if (known.isEmpty()) {
          return List.of();
        }
        return switch (opened.send(transaction(mail, path, known), () -> true)) {
          case Sent.Ended(List<Sent.Result> results, List<Recipient> untried) -> {
            results.forEach(result -> tally.add(known.get(result.recipient().address()), result));
            yield untried.stream().map(to -> text(known, to)).toList();
          }
          // Another connection is worth a try.
          case Sent.Stale _, Sent.Abandoned _ -> List.copyOf(known.values());
        };
      }
    }
  }

  private static String text(Map<EmailAddress, String> known, Recipient recipient) {
    return known.getOrDefault(recipient.address(), recipient.address().toString());
  }

  /** An address without a domain is the server's own: the domain is what it calls itself. */
  private static Map<EmailAddress, String> qualified(
      List<String> recipients, String serverName, Tally tally) {
    Map<EmailAddress, String> known = new LinkedHashMap<>();
    for (String recipient : recipients) {
      address(recipient, serverName)
          .ifPresentOrElse(
              address -> known.putIfAbsent(address, recipient),
              () -> tally.refused.put(recipient, noAddress("RCPT", "5.1.3")));
    }
    return known;
  }

  private static Optional<EmailAddress> address(String recipient, String domain) {
    return EmailAddress.parse(recipient.indexOf('@') < 0 ? recipient + "@" + domain : recipient);
  }

  private static Cause noAddress(String command, String status) {
    return Cause.ours(command, 553, status, "this is no address");
  }

  private static Transaction transaction(
      Submission mail, ReversePath path, Map<EmailAddress, String> recipients) {
    byte[] content = mail.content();
    boolean eightBit = false;
    for (int i = 0; i < content.length && !eightBit; i++) {
      eightBit = content[i] < 0;
    }
    Content.Ready ready =
        new Content.Ready(content.length, () -> new ByteArrayInputStream(content), eightBit);
    RecipientParameters wishes = new RecipientParameters(mail.notices(), "");
    return new Transaction(
        path,
        recipients.keySet().stream().map(to -> new Recipient(to, to, wishes)).toList(),
        new Body(content.length, mail.eightBit(), false, Optional.empty()),
        mail.parameters(),
        // A server that takes seven bits only gets eight all the same, as from all programs.
        _ -> ready);
  }

  private Opened open() {
    SmtpConnection open = connection;
    if (open != null && open.isUsable()) {
      return new Opened.Connected(open);
    }
    close();
    List<Server> servers = new ArrayList<>();
    boolean isHere = true;
    for (Settings.Place place : settings.servers()) {
      try {
        InetAddress address = InetAddress.getByName(place.host());
        servers.add(new Server(place.host(), address, place.port()));
        isHere &= address.isLoopbackAddress();
      } catch (UnknownHostException e) {
        // Another one may be known; if none is, the mail waits.
      }
    }
    TlsWanted tls = settings.tls().orElse(isHere ? TlsWanted.NEVER : TlsWanted.OPPORTUNISTIC);
    Opened opened = connector.open(servers, tls);
    if (opened instanceof Opened.Connected(SmtpConnection connected)) {
      connection = connected;
    }
    return opened;
  }

  @Override
  public void close() {
    SmtpConnection open = connection;
    connection = null;
    if (open != null) {
      open.quit();
    }
  }

  /** What is known so far. */
  private static final class Tally {
    private final List<SmtpReply> replies = new ArrayList<>();
    private final Map<String, Cause> refused = new LinkedHashMap<>();
    private final Map<String, Cause> putOff = new LinkedHashMap<>();
    private boolean isServerAway;

    void add(@Nullable String recipient, Sent.Result result) {
      String to = recipient == null ? result.recipient().address().toString() : recipient;
      switch (result.outcome()) {
        case Outcome.Delivered delivered -> {
          if (!replies.contains(delivered.by().reply())) {
            replies.add(delivered.by().reply());
          }
        }
        case Outcome.Bounced(Scope _, Cause why) -> refused.put(to, why);
        case Outcome.Deferred(Scope scope, Cause why) -> {
          putOff.put(to, why);
          isServerAway |= scope == Scope.SITE || scope == Scope.SESSION;
        }
      }
    }

    Submitted submitted() {
      return new Submitted(
          List.copyOf(replies),
          Collections.unmodifiableMap(refused),
          Collections.unmodifiableMap(putOff),
          isServerAway);
    }
  }
}
