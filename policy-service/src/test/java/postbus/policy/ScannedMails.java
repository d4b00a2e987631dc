package postbus.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import postbus.log.Bounces;
import postbus.log.ContentsAway;
import postbus.log.Mail;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Verdict;
import postbus.site.Place;
import postbus.site.Scanners.Asking;

/** Mails of an outsider for scanners to look at, and what a site may say of them. */
final class ScannedMails {
  static final String TEXT = "Subject: hi\r\n\r\nhello\r\n";
  static final Bounces.Contents IN_RECORD = mail -> new ByteArrayInputStream(mail.content());

  /** A store that is away after the first octets of a content. */
  static final Bounces.Contents AWAY =
      _ ->
          new SequenceInputStream(
              new ByteArrayInputStream(TEXT.getBytes(ISO_8859_1)),
              new InputStream() {
                @Override
                public int read() throws IOException {
                  throw new ContentsAway("the bucket is away", new IOException("refused"));
                }
              });

  /** For a scanner that answers. */
  static final Duration WAIT = Duration.ofSeconds(20);

  /** For one that falls silent. */
  static final Duration SHORT = Duration.ofMillis(600);

  private ScannedMails() {}

  static Mail mail(String content, String... recipients) {
    return new Mail(envelope(content.length(), recipients), content.getBytes(ISO_8859_1));
  }

  /** A mail whose content of so many octets is in the store. */
  static Mail stored(long size) {
    Envelope envelope = envelope(size).storedAt(new ContentRef("large"));
    return new Mail(envelope, new byte[0]);
  }

  private static Envelope envelope(long size, String... recipients) {
    Stream<String> to =
        recipients.length == 0 ? Stream.of("mark@wikimedia.org") : Stream.of(recipients);
    return Envelope.begin(
            MailId.next(),
            ReversePath.of("jane@example.org"),
            to.map(EmailAddress::of).map(Recipient::of).toList(),
            new Client("192.0.2.5", "out.example.org", "mx", false),
            Body.of(size))
        .adding(List.of(new HeaderField("Received", "from out.example.org\r\n\tby mchenry")));
  }

  static Asking asking(long sizeMax, Duration wait, Place... servers) {
    return new Asking(List.of(servers), wait, sizeMax, 5);
  }

  /** The fields of an acceptance, a line each, folds and all. */
  static List<String> fields(Verdict verdict) {
    return ((Verdict.Accept) verdict).fields().stream().map(f -> f.toString().strip()).toList();
  }

  static String reply(Verdict verdict) {
    return ((Verdict.Refuse) verdict).reply().toString();
  }
}
