package postbus.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import postbus.site.Site.Listener;

/** Reads the section {@code tls}, and the setting of that name of each listener. */
final class TlsFiles {
  private static final String CERTIFICATE = "tls/certificate.pem";
  private static final String KEY = "tls/key.pem";
  private static final String EXPECTED = "a file in the site folder, or an absolute path";

  /** Renewal is due; certificates of 90 days are renewed after 60. */
  private static final Duration SOON = Duration.ofDays(14);

  private static final List<SiteProblem> NONE = List.of();

  private final Path folder;
  private final Path certificate;
  private final Path key;
  private final boolean isNamed;

  /**
   * @param folder of the site
   */
  TlsFiles(Section root, Path folder) {
    Section in = root.section("tls");
    this.folder = folder;
    this.certificate = file(in, "certificate-file", CERTIFICATE);
    this.key = file(in, "key-file", KEY);
    this.isNamed = root.has("tls");
  }

  private Path file(Section in, String name, String otherwise) {
    return folder.resolve(
        in.value(
                name,
                EXPECTED,
                otherwise,
                text ->
                    SiteFiles.path(text)
                        .or(() -> Optional.of(text).filter(path -> path.startsWith("/"))))
            .orElse(otherwise));
  }

  /** How a listener speaks TLS; empty for never. */
  Optional<ListenerTls> of(Section listener) {
    Supplier<Optional<ListenerTls>> otherwise =
        () ->
            isNamed || Files.exists(certificate)
                ? Optional.of(with(ListenerTls.Use.OFFERED))
                : Optional.empty();
    return listener
        .value(
            "tls",
            "never, offered, required or implicit",
            "offered if there is a certificate, else never",
            this::parse)
        .orElseGet(otherwise);
  }

  private Optional<Optional<ListenerTls>> parse(String text) {
    return switch (text) {
      case "never" -> Optional.of(Optional.empty());
      case "offered" -> Optional.of(Optional.of(with(ListenerTls.Use.OFFERED)));
      case "required" -> Optional.of(Optional.of(with(ListenerTls.Use.REQUIRED)));
      case "implicit" -> Optional.of(Optional.of(with(ListenerTls.Use.IMPLICIT)));
      default -> Optional.empty();
    };
  }

  private ListenerTls with(ListenerTls.Use use) {
    return new ListenerTls(use, certificate, key);
  }

  /** What is wrong with the files, if any listener needs them. */
  static List<SiteProblem> problems(Collection<Listener> listeners, Path folder) {
    return needed(listeners)
        .map(tls ->
            read(tls, folder) instanceof Checked.Wrong<TlsCertificate>(var wrong) ? wrong : NONE)
        .orElse(NONE);
  }

  /** That the certificate has expired, or will soon, if any listener needs it. */
  static Optional<SiteProblem> warning(Collection<Listener> listeners, Path folder) {
    Instant soon = Instant.now().plus(SOON);
    return needed(listeners)
        .flatMap(tls ->
            read(tls, folder) instanceof Checked.Good<TlsCertificate>(var read, var _)
                    && read.expiry().isBefore(soon)
                ? Optional.of(expiring(read, named(tls.certificate(), folder)))
                : Optional.empty());
  }

  private static SiteProblem expiring(TlsCertificate certificate, Path name) {
    String verb = certificate.expiry().isBefore(Instant.now()) ? "has expired" : "expires soon";
    return new SiteProblem(
        name.toString(), 0, verb + " (" + certificate.expiry() + "), expected a renewed one");
  }

  /** All listeners have the same files. */
  private static Optional<ListenerTls> needed(Collection<Listener> listeners) {
    return listeners.stream().flatMap(listener -> listener.tls().stream()).findFirst();
  }

  /** Reads the files of a listener; problems name them as the site does. */
  static Checked<TlsCertificate> read(ListenerTls tls, Path folder) {
    return read(tls.certificate(), folder, TlsCertificate::chain)
        .then(chain ->
            read(tls.key(), folder, TlsCertificate::key)
                .then(key ->
                    TlsCertificate.of(chain, key)
                        .<Checked<TlsCertificate>>map(Checked.Good::new)
                        .orElseGet(() ->
                            wrong(
                                tls.key(),
                                folder,
                                LiveCertificate.misfit(named(tls.certificate(), folder))))));
  }

  private static <T> Checked<T> read(Path file, Path folder, Function<Path, T> reader) {
    try {
      return new Checked.Good<>(reader.apply(file));
    } catch (IllegalArgumentException e) {
      return wrong(file, folder, String.valueOf(e.getMessage()));
    }
  }

  private static <T> Checked<T> wrong(Path file, Path folder, String what) {
    String name = named(file, folder).toString();
    return new Checked.Wrong<>(List.of(new SiteProblem(name, 0, what)));
  }

  /** As the site calls it. */
  static Path named(Path file, Path folder) {
    return file.startsWith(folder) ? folder.relativize(file) : file;
  }
}
