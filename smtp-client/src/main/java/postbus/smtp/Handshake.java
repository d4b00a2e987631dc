package postbus.smtp;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Puts TLS on a connection, and decides whom to believe: anybody, or only a server whose
 * certificate leads to a trusted one and names the host that we looked for (RFC 6125).
 */
public final class Handshake {
  private static final String[] TLS_VERSIONS = {"TLSv1.3", "TLSv1.2"};

  /** The rules for names in certificates that SMTP shares with HTTPS. */
  private static final String NAMES = "HTTPS";

  private final @Nullable SSLContext trusted;

  /** Trusts whom the Java platform trusts. */
  public Handshake() {
    this.trusted = null;
  }

  /** Trusts who is in the store, and whom they vouch for. */
  Handshake(KeyStore store) {
    this.trusted = context(trustManagers(store));
  }

  /** Made at the first use: a caller who needs no TLS does not wait for it. */
  private static final class Strangers {
    static final SSLContext CONTEXT = context(new TrustManager[] {new Anybody()});
  }

  /** Read from the platform's store at the first use. */
  private static final class Platform {
    static final SSLContext CONTEXT = context(trustManagers(null));
  }

  private SSLContext trusted() {
    return trusted == null ? Platform.CONTEXT : trusted;
  }

  /**
   * Blocks until both sides agree; the caller bounds it.
   *
   * @param verified whether the server has to prove who it is
   */
  public SSLSocket over(Socket socket, Server server, boolean verified) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            (verified ? trusted() : Strangers.CONTEXT)
                .getSocketFactory()
                .createSocket(socket, server.host(), server.port(), true);
    secured.setEnabledProtocols(TLS_VERSIONS);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setServerNames(names(server));
    if (verified) {
      parameters.setEndpointIdentificationAlgorithm(NAMES);
    }
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  /** None where DNS has a name that TLS does not take for one, such as {@code mx_1.example.net}. */
  private static List<SNIServerName> names(Server server) {
    if (!server.isNamed()) {
      return List.of();
    }
    try {
      return List.of(new SNIHostName(server.host()));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static TrustManager[] trustManagers(@Nullable KeyStore store) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(TrustManager[] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Takes any certificate: where no rule asks for more there is no name to check against, and the
   * other choice would be clear text (RFC 7435).
   */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
