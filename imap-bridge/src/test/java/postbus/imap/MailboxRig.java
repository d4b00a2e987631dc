package postbus.imap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/** The mailbox of one person below a data folder, and a mail for it. */
final class MailboxRig {
  static final EmailAddress MARK = EmailAddress.of("Mark@wikimedia.org");
  static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";

  final Envelope envelope = envelope(ReversePath.of("jimbo@example.org"));
  private final Path data;

  MailboxRig(Path data) {
    this.data = data;
  }

  Path deliver() throws IOException {
    try (MailFile file = file()) {
      file.write(content());
      return file.publish();
    }
  }

  Optional<Path> find() throws IOException {
    try (MailFile file = file()) {
      file.write(content());
      return file.find();
    }
  }

  void crash() throws IOException {
    var _ = file();
  }

  MailFile file() throws IOException {
    return mailbox(MARK).file(envelope, MARK);
  }

  Maildir mailbox(EmailAddress address) {
    return Maildir.of(data, address).orElseThrow();
  }

  Path folder(String part) {
    return data.resolve("mail/wikimedia.org/mark/Maildir").resolve(part);
  }

  List<Path> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(folder(part))) {
      return files.toList();
    }
  }

  static InputStream content() {
    return new ByteArrayInputStream(CONTENT.getBytes(StandardCharsets.US_ASCII));
  }

  static Envelope envelope(ReversePath sender) {
    Client client = new Client("127.0.9.1", "example.org", "mx", false);
    return Envelope.begin(
            MailId.next(), sender, List.of(Recipient.of(MARK)), client, Body.of(CONTENT.length()))
        .adding(List.of(new HeaderField("Received", "from somewhere")));
  }
}
