package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.eclipse.angus.mail.util.MailSSLSocketFactory;
import postbus.testkit.TestCertificate;

/**
 * A mail program of somebody with an account: angus-mail, which is told to send a mail just as it
 * is, without the fields that it would add and the Bcc that it would leave out.
 *
 * @param implicitTls whether TLS begins with the connection; else by STARTTLS
 */
record MailProgram(
    int port, boolean implicitTls, TestCertificate certificate, String account, String password) {
  private static final int WAIT_MILLIS = 20_000;

  /** Sends it; returns the reply to its final dot. */
  String sends(String sender, List<String> recipients, String mail)
      throws MessagingException, GeneralSecurityException {
    String protocol = implicitTls ? "smtps" : "smtp";
    Session session = Session.getInstance(properties(protocol, sender));
    try (Transport transport = session.getTransport(protocol)) {
      transport.connect("localhost", port, account, password);
      Address[] to = InternetAddress.parse(String.join(",", recipients));
      transport.sendMessage(new AsItIs(session, mail.getBytes(UTF_8)), to);
      return ((SMTPTransport) transport).getLastServerResponse().strip();
    }
  }

  private Properties properties(String protocol, String sender) throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(certificate.trusted());
    MailSSLSocketFactory sockets = new MailSSLSocketFactory();
    sockets.setTrustManagers(trust.getTrustManagers());
    Properties properties = new Properties();
    String prefix = "mail." + protocol + ".";
    properties.put(prefix + "ssl.socketFactory", sockets);
    properties.put(prefix + "ssl.checkserveridentity", "true");
    properties.put(prefix + "starttls.required", Boolean.toString(!implicitTls));
    properties.put(prefix + "auth", "true");
    properties.put(prefix + "from", sender);
    properties.put(prefix + "connectiontimeout", WAIT_MILLIS);
    properties.put(prefix + "timeout", WAIT_MILLIS);
    return properties;
  }

  /** A mail that is written octet by octet. */
  private static final class AsItIs extends MimeMessage {
    private final byte[] octets;

    AsItIs(Session session, byte[] octets) throws MessagingException {
      super(session, new ByteArrayInputStream(octets));
      this.octets = octets;
    }

    @Override
    public void writeTo(OutputStream out, String[] left) throws IOException {
      out.write(octets);
    }
  }
}
