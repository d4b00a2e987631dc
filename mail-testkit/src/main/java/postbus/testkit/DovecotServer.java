package postbus.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real Dovecot with all it has in a temporary folder, and on ports of its own of 127.0.0.1: IMAP
 * over TLS, LMTP, Sieve, a socket for those who let people log in, and the quota of Maildir++. Its
 * accounts are lines of a passwd-file, read live; its mailboxes are where Postbus has its own,
 * {@code mail/<domain>/<local part>/Maildir} below the folder, and belong to the user of the tests.
 */
public final class DovecotServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration KNOWN_LIMIT = Duration.ofSeconds(20);

  private final Path folder;
  private final int imapsPort;
  private final int lmtpPort;
  private final TestCertificate certificate = TestCertificate.of("localhost");
  private final DovecotProcess process;

  private DovecotServer(String more) throws IOException, InterruptedException {
    folder = Files.createTempDirectory("postbus-dovecot");
    imapsPort = FreePort.of(HOST);
    lmtpPort = FreePort.of(HOST);
    certificate.writeInto(folder);
    Files.createDirectories(folder.resolve("mail"));
    Files.createFile(folder.resolve("accounts"));
    Files.writeString(configuration(), usual() + more.replace("@folder@", folder.toString()));
    Files.writeString(
        lda(),
        "#!/bin/sh\nexec %s /usr/lib/dovecot/dovecot-lda -c %s \"$@\"\n"
            .formatted(String.join(" ", DovecotProcess.command()), configuration()));
    Files.setPosixFilePermissions(lda(), PosixFilePermissions.fromString("rwxr-xr-x"));
    process = DovecotProcess.start(configuration(), folder.resolve("log"));
  }

  /** Whether Dovecot was unpacked for the tests, and can run here. */
  public static boolean isAvailable() {
    return DovecotProcess.isAvailable();
  }

  /** A server that is ready, without accounts. */
  public static DovecotServer start() throws IOException, InterruptedException {
    return start("");
  }

  /**
   * A server that is ready, with more configuration behind the usual one.
   *
   * @param more {@code @folder@} stands for its folder
   */
  public static DovecotServer start(String more) throws IOException, InterruptedException {
    return new DovecotServer(more);
  }

  /** Adds an account that has no quota. */
  public void account(String address, String password) throws IOException {
    account(address, password, "");
  }

  /**
   * Adds an account, and waits until Dovecot knows it: it looks at the file once a second.
   *
   * @param fields such as {@code userdb_quota_rule=*:storage=1M}, separated by spaces
   */
  public void account(String address, String password, String fields) throws IOException {
    Files.writeString(
        accounts(),
        "%s:{PLAIN}%s::::::%s\n".formatted(address, password, fields),
        StandardOpenOption.APPEND);
    long begun = System.nanoTime();
    while (!doveadm("user", "-u", address).contains("home")) {
      if (System.nanoTime() - begun > KNOWN_LIMIT.toNanos()) {
        throw new IOException(address + " is not known");
      }
    }
  }

  /** The passwd-file. */
  public Path accounts() {
    return folder.resolve("accounts");
  }

  /** The data folder, below which the mailboxes are. */
  public Path folder() {
    return folder;
  }

  /** The Maildir of an account, which Dovecot makes when the first mail comes. */
  public Path maildir(String address) {
    int at = address.lastIndexOf('@');
    return folder.resolve(
        Path.of("mail", address.substring(at + 1), address.substring(0, at), "Maildir"));
  }

  /** Where IMAP is spoken over TLS, with {@link #certificate}. */
  public int imapsPort() {
    return imapsPort;
  }

  public int lmtpPort() {
    return lmtpPort;
  }

  public Path lmtpSocket() {
    return folder.resolve("run/lmtp");
  }

  /** Where Dovecot says whose password is right. */
  public Path authSocket() {
    return folder.resolve("run/auth-postbus");
  }

  /** {@code dovecot-lda} of this server. */
  public Path lda() {
    return folder.resolve("dovecot-lda");
  }

  public TestCertificate certificate() {
    return certificate;
  }

  /** Its processes, to stop, kill and hang. */
  public DovecotProcess process() {
    return process;
  }

  /** Runs {@code doveadm} with these arguments; returns what it prints. */
  public String doveadm(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("doveadm", "-c", configuration().toString()));
    words.addAll(List.of(arguments));
    Process doveadm =
        new ProcessBuilder(DovecotProcess.command(words.toArray(String[]::new)))
            .redirectErrorStream(true)
            .start();
    return new String(doveadm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Speaks IMAP as one of the accounts. */
  public ImapMailbox imap(String address, String password) throws IOException {
    return ImapMailbox.open(imapsPort, certificate, address, password);
  }

  @Override
  public void close() throws IOException {
    process.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path configuration() {
    return folder.resolve("dovecot.conf");
  }

  private String usual() throws IOException {
    try (InputStream text = DovecotServer.class.getResourceAsStream("dovecot.conf")) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@folder@", folder.toString())
          .replace("@imaps@", Integer.toString(imapsPort))
          .replace("@lmtp@", Integer.toString(lmtpPort));
    }
  }
}
