package postbus.testkit;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Quota;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.eclipse.angus.mail.util.MailSSLSocketFactory;

/** One person's mailbox, as a mail program sees it over IMAP and TLS. */
public final class ImapMailbox implements AutoCloseable {
  private static final int WAIT_MILLIS = 20_000;

  private final Store store;

  private ImapMailbox(Store store) {
    this.store = store;
  }

  /**
   * Logs in; trusts this certificate and no other.
   *
   * @throws IOException if that is refused
   */
  public static ImapMailbox open(
      int port, TestCertificate certificate, String user, String password) throws IOException {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(certificate.trusted());
      MailSSLSocketFactory sockets = new MailSSLSocketFactory();
      sockets.setTrustManagers(trust.getTrustManagers());
      Properties properties = new Properties();
      properties.put("mail.imaps.ssl.socketFactory", sockets);
      properties.put("mail.imaps.ssl.checkserveridentity", "true");
      properties.put("mail.imaps.connectiontimeout", WAIT_MILLIS);
      properties.put("mail.imaps.timeout", WAIT_MILLIS);
      properties.put("mail.imaps.partialfetch", "false"); // a mail in one piece
      Store store = Session.getInstance(properties).getStore("imaps");
      store.connect("localhost", port, user, password);
      return new ImapMailbox(store);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** The mails in INBOX, the oldest first, in all their octets. */
  public List<byte[]> mails() throws IOException {
    return mails("INBOX");
  }

  /** The mails in a folder, the oldest first, in all their octets; none if it is not there. */
  public List<byte[]> mails(String name) throws IOException {
    try (Folder folder = store.getFolder(name)) {
      if (!folder.exists()) {
        return List.of();
      }
      folder.open(Folder.READ_ONLY);
      List<byte[]> all = new ArrayList<>();
      for (Message each : folder.getMessages()) {
        try (InputStream octets = ((IMAPMessage) each).getMimeStream()) {
          all.add(octets.readAllBytes());
        }
      }
      return all;
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  /** The newest mail in INBOX, in all its octets. */
  public byte[] newest() throws IOException {
    try (Folder folder = store.getFolder("INBOX")) {
      folder.open(Folder.READ_ONLY);
      Message last = folder.getMessage(folder.getMessageCount());
      try (InputStream octets = ((IMAPMessage) last).getMimeStream()) {
        return octets.readAllBytes();
      }
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  /** How many mails are in INBOX. */
  public int count() throws IOException {
    try {
      return store.getFolder("INBOX").getMessageCount();
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  /** What the server says of the octets of the mailbox and its folders, in kilobytes. */
  public Quota.Resource storage() throws IOException {
    try {
      return Stream.of(((IMAPStore) store).getQuota("INBOX"))
          .flatMap(root -> Stream.of(root.resources))
          .filter(resource -> resource.name.equals("STORAGE"))
          .findFirst()
          .orElseThrow(() -> new IOException("the mailbox has no quota"));
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  /** Puts a mail into a folder, which is made if need be. */
  public void append(String name, byte[] mail) throws IOException {
    try {
      Folder folder = store.getFolder(name);
      if (!folder.exists() && !folder.create(Folder.HOLDS_MESSAGES)) {
        throw new IOException("cannot make the folder " + name);
      }
      folder.appendMessages(new Message[] {new MimeMessage(null, new ByteArrayInputStream(mail))});
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  /** Sets a flag on all mails in INBOX; those that are deleted by it are gone. */
  public void flag(Flags.Flag flag) throws IOException {
    try (Folder folder = store.getFolder("INBOX")) {
      folder.open(Folder.READ_WRITE);
      folder.setFlags(folder.getMessages(), new Flags(flag), true);
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      store.close();
    } catch (MessagingException e) {
      throw new IOException(e);
    }
  }
}
