package postbus.ingress;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import postbus.site.LiveCertificate;
import postbus.site.TlsCertificate;

/**
 * Gives each handshake the certificate that counts at this moment, so that nothing is to be told to
 * listeners when it was renewed.
 *
 * <p>TLS asks for a name first, and then for the key and the chain of that name: a name stands for
 * one pair, and the former pair is kept for handshakes that began with it. For any number of
 * threads.
 */
final class ListenerKeys extends X509ExtendedKeyManager {
  private record Named(String alias, TlsCertificate certificate) {}

  private record Known(Named latest, Named former) {}

  private final LiveCertificate live;
  private final ReentrantLock naming = new ReentrantLock();
  private volatile Known known;

  ListenerKeys(LiveCertificate live) {
    this.live = live;
    Named first = new Named("0", live.inForce());
    this.known = new Known(first, first);
  }

  /** Until when what is shown now is valid. */
  Instant expiry() {
    return live.inForce().expiry();
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    Named latest = latest();
    X509Certificate own = latest.certificate().chain().getFirst();
    return own.getPublicKey().getAlgorithm().equals(keyType) ? latest.alias() : null;
  }

  private Named latest() {
    TlsCertificate now = live.inForce();
    Named latest = known.latest();
    if (latest.certificate() == now) {
      return latest;
    }
    naming.lock();
    try {
      latest = known.latest();
      if (latest.certificate() != now) {
        Named next = new Named(Integer.toString(Integer.parseInt(latest.alias()) + 1), now);
        known = new Known(next, latest);
        return next;
      }
      return latest;
    } finally {
      naming.unlock();
    }
  }

  private @Nullable TlsCertificate find(String alias) {
    Known now = known;
    return alias.equals(now.latest().alias())
        ? now.latest().certificate()
        : alias.equals(now.former().alias()) ? now.former().certificate() : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    TlsCertificate found = find(alias);
    return found == null ? null : found.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    TlsCertificate found = find(alias);
    return found == null ? null : found.key();
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = chooseEngineServerAlias(keyType, issuers, null);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }
}
