package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import postbus.log.Bounces;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.NextHop.Host;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.site.MailboxRules.Lmtp;
import postbus.site.Place;
import postbus.site.Schedule;
import postbus.testkit.DovecotServer;
import postbus.testkit.ImapMailbox;

/** The bridge before a real Dovecot, whose stage is the test. */
final class DovecotRig {
  static final String PASSWORD = "secret";
  static final Duration LONG = Duration.ofSeconds(30);

  /** No mail steps aside within a test. */
  static final Places.Waits WAITS = new Places.Waits(LONG, LONG, LONG, LONG);

  final ContentStore contents;
  private final Path data;

  DovecotRig(Path data) throws IOException {
    this.data = data;
    this.contents = new ContentFolder(data.resolve("content"));
  }

  /** A recipient a transaction. */
  static Lmtp lmtp(Place place, int connectionsMax, Duration wait) {
    return lmtp(place, connectionsMax, 1, wait);
  }

  static Lmtp lmtp(Place place, int connectionsMax, int recipientsMax, Duration wait) {
    return new Lmtp(place, connectionsMax, recipientsMax, LONG, wait, wait, wait);
  }

  static Place port(int port) {
    return new Place.Tcp(new Host("127.0.0.1", port));
  }

  /** Hands mails on by LMTP. */
  LmtpWay by(Lmtp lmtp) {
    return new LmtpWay(
        LmtpSessions.of(lmtp, "mx.example.org"),
        new Places(lmtp.connectionsMax(), WAITS),
        lmtp.recipientsMax(),
        contents::open);
  }

  LocalDelivery delivery(MailboxWay way) {
    return new LocalDelivery(
        way,
        new PipeDelivery(data, contents, List.of(), Duration.ZERO),
        new Conclusion(
            new Bounces(BridgeStage.SERVICE, "mx.example.org", contents::open),
            new Schedule(List.of(Duration.ofMinutes(7)), Duration.ofDays(5)),
            new OverQuota(Duration.ofDays(1))));
  }

  HandTaken take(MailboxWay way, Mail mail) {
    HandTaken taken = new HandTaken(mail, Topics.LOCAL);
    delivery(way).take(taken);
    return taken;
  }

  HandTaken.Recorded deliver(MailboxWay way, Mail mail) throws Exception {
    return end(take(way, mail));
  }

  /** A mail and all its parts, as the stage would bring them back; what came of each try. */
  List<HandTaken.Recorded> deliverAll(MailboxWay way, Mail mail) throws Exception {
    HandTaken.Recorded recorded = deliver(way, mail);
    if (!recorded.story().isEmpty()) {
      return List.of(recorded);
    }
    List<HandTaken.Recorded> all = new ArrayList<>();
    for (HandTaken.Recorded.Sent part : recorded.mails) {
      assertThat(part.topic()).isEqualTo(Topics.LOCAL);
      all.addAll(deliverAll(way, part.mail()));
    }
    return all;
  }

  static HandTaken.Recorded end(HandTaken taken) throws Exception {
    HandTaken.Recorded recorded = taken.ended.get(LONG.toSeconds(), TimeUnit.SECONDS);
    taken.recording.complete(null);
    return recorded;
  }

  static Mail mail(String content, String... recipients) {
    return from("sender@example.net", content, recipients);
  }

  static Mail from(String sender, String content, String... recipients) {
    byte[] octets = content.getBytes(StandardCharsets.ISO_8859_1);
    return new Mail(envelope(sender, Body.of(octets.length), recipients), octets);
  }

  Mail stored(String name, byte[] content, String... recipients) throws IOException {
    Files.write(data.resolve("content").resolve(name), content);
    Body body = Body.of(content.length).storedAt(new ContentRef(name));
    return new Mail(envelope("sender@example.net", body, recipients), new byte[0]);
  }

  private static Envelope envelope(String sender, Body body, String... recipients) {
    return Envelope.begin(
        MailId.next(),
        ReversePath.of(sender),
        Arrays.stream(recipients).map(EmailAddress::of).map(Recipient::of).toList(),
        new Client("127.0.9.1", "example.net", "mx", false),
        body);
  }

  /** What somebody reads by IMAP. */
  static List<String> read(DovecotServer dovecot, String address) throws IOException {
    try (ImapMailbox mailbox = dovecot.imap(address, PASSWORD)) {
      return mailbox.mails().stream()
          .map(octets -> new String(octets, StandardCharsets.ISO_8859_1))
          .toList();
    }
  }

  /** The newest mail, which must be there. */
  static String last(DovecotServer dovecot, String address) throws IOException {
    try (ImapMailbox mailbox = dovecot.imap(address, PASSWORD)) {
      return new String(mailbox.newest(), StandardCharsets.ISO_8859_1);
    }
  }
}
