package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;

/** Mails that differ by their content only. */
final class Mails {
  private Mails() {}

  static Mail mail(String content) {
    byte[] octets = content.getBytes(UTF_8);
    Envelope envelope =
        Envelope.begin(
            MailId.next(),
            new ReversePath.Null(),
            List.of(Recipient.of(EmailAddress.of("postmaster@wikimedia.org"))),
            new Client("127.0.0.1", "client.example", "mx", true),
            Body.of(octets.length));
    return new Mail(envelope, octets);
  }

  /** A mail on its way to a site of the pool {@code p}. */
  static Mail mail(String content, String site) {
    Mail mail = mail(content);
    NextHop hop = new NextHop.Exchangers(site);
    return new Mail(mail.envelope().via(new Route("p", site, hop)), mail.content());
  }

  static String content(Taken taken) {
    return new String(taken.mail().content(), UTF_8);
  }

  static String[] numbered(String prefix, int count) {
    String[] names = new String[count];
    Arrays.setAll(names, i -> prefix + i);
    return names;
  }
}
