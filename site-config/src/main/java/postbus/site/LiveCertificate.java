package postbus.site;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * The certificate that listeners show, read live: one that was renewed counts at most 0.01 s after
 * its files were saved, with no further step. While a file is wrong, or the key is not that of the
 * certificate, the last good pair stays in force, and the log says so. For any number of threads.
 */
public final class LiveCertificate {
  /**
   * Chain and key are saved one after the other; so long they may differ before the log says so.
   */
  static final Duration MISFIT_MAX = Duration.ofSeconds(2);

  private static final Logger LOG = Logger.getLogger(LiveCertificate.class);

  private final Path chainFile;
  private final Path keyFile;
  private final LiveFile<List<X509Certificate>> chain;
  private final LiveFile<PrivateKey> key;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile TlsCertificate inForce;

  // Only with the lock.
  private Optional<Long> misfitSince = Optional.empty();
  private boolean shouted;

  /**
   * Reads both files.
   *
   * @throws IllegalArgumentException in words for the operator if they are wrong from the start
   */
  public LiveCertificate(ListenerTls tls) {
    chainFile = tls.certificate();
    keyFile = tls.key();
    chain = new LiveFile<>(chainFile, TlsCertificate::chain);
    key = new LiveFile<>(keyFile, TlsCertificate::key);
    inForce =
        TlsCertificate.of(chain.value(), key.value())
            .orElseThrow(() -> new IllegalArgumentException(keyFile + ": " + misfit(chainFile)));
    if (inForce.expiry().isBefore(Instant.now())) {
      LOG.errorf("%s: has expired (%s); clients may refuse it", chainFile, inForce);
    }
  }

  /** The last good pair. */
  public TlsCertificate inForce() {
    List<X509Certificate> chainNow = chain.value();
    PrivateKey keyNow = key.value();
    if (!isInForce(chainNow, keyNow) && looking.tryLock()) {
      try {
        take(chainNow, keyNow);
      } finally {
        looking.unlock();
      }
    }
    return inForce;
  }

  private boolean isInForce(List<X509Certificate> chainNow, PrivateKey keyNow) {
    TlsCertificate now = inForce;
    return now.chain().equals(chainNow) && now.key().equals(keyNow);
  }

  private void take(List<X509Certificate> chainNow, PrivateKey keyNow) {
    Optional<TlsCertificate> fitting = TlsCertificate.of(chainNow, keyNow);
    if (fitting.isPresent()) {
      inForce = fitting.get();
      misfitSince = Optional.empty();
      shouted = false;
      LOG.infof("%s: the new certificate counts now: %s", chainFile, inForce);
      return;
    }
    long now = System.nanoTime();
    long since = misfitSince.orElse(now);
    misfitSince = Optional.of(since);
    if (!shouted && now - since > MISFIT_MAX.toNanos()) {
      shouted = true;
      LOG.errorf(
          "%s: %s; until it is mended, the last good certificate counts",
          keyFile, misfit(chainFile));
    }
  }

  /** What is wrong with a key that is not that of the certificate. */
  static String misfit(Path chainFile) {
    return "is not the key of the first certificate in " + chainFile + ", expected that";
  }
}
