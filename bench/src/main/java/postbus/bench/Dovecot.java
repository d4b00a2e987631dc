package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A Dovecot that takes mail by LMTP, and whose {@code dovecot-lda} others run: that of the machine,
 * or one unpacked from Debian's packages, which is then laid over /usr for the servers of the
 * measurement alone. Maildirs, no quota, no Sieve; all else is as it is by default.
 */
final class Dovecot implements AutoCloseable {
  /** Whom the mailboxes belong to; user and group 8 of each Debian. */
  static final String USER = "mail";

  private static final Duration START_WAIT = Duration.ofSeconds(20);
  private static final Path LDA = Path.of("/usr/lib/dovecot/dovecot-lda");

  private final Path folder;
  private final int lmtpPort = Ports.free();
  private final ProcessGroup processes =
      ProcessGroup.of("dovecot", new ProcessTree(this::pid, true));
  private @Nullable Process process;

  private Dovecot(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder for its configuration, and for the mailboxes
   */
  static Dovecot start(Path folder) throws IOException {
    Dovecot dovecot = Closing.later(new Dovecot(folder));
    Files.writeString(folder.resolve("dovecot.conf"), dovecot.settings());
    owned(Files.createDirectory(folder.resolve("mail")));
    owned(Files.createFile(folder.resolve("log"))); // who runs dovecot-lda writes it too
    Files.writeString(
        dovecot.lda(), "#!/bin/sh\nexec %s -c %s/dovecot.conf \"$@\"\n".formatted(LDA, folder));
    Files.setPosixFilePermissions(dovecot.lda(), PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>(before());
    command.addAll(List.of("dovecot", "-F", "-c", folder.resolve("dovecot.conf").toString()));
    dovecot.process =
        new ProcessBuilder(dovecot.processes.within(command))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    if (!Connections.isAccepted(dovecot.lmtpPort, START_WAIT)) {
      throw new Unmeasured("Dovecot does not listen:\n" + dovecot.said());
    }
    return dovecot;
  }

  /** Gives a file to the owner of the mailboxes. */
  static void owned(Path file) throws IOException {
    Files.setOwner(
        file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
  }

  /** Whether the machine has one, or the folder of peers. */
  static boolean isThere() {
    return Files.isExecutable(LDA) || Files.isDirectory(Programs.peers().resolve("dovecot"));
  }

  /** Words that run a server so that it finds Dovecot in its place; none if the machine has it. */
  static List<String> before() {
    return Files.isExecutable(LDA)
        ? List.of()
        : List.of(
            "unshare",
            "--mount",
            "/bin/sh",
            "-c",
            "mount -t overlay overlay -o \"lowerdir=$0/usr:/usr\" /usr && exec \"$@\"",
            Programs.peers().resolve("dovecot").toString());
  }

  private String settings() {
    return """
    base_dir = %1$s/run
    state_dir = %1$s/state
    log_path = %1$s/log
    listen = 127.0.0.1
    protocols = lmtp
    ssl = no
    default_internal_user = %2$s
    default_internal_group = %2$s
    default_login_user = %2$s
    first_valid_uid = 1
    mail_location = maildir:~/Maildir
    passdb {
      driver = static
      args = nopassword=y
    }
    userdb {
      driver = static
      args = uid=%2$s gid=%2$s home=%1$s/mail/%%d/%%n allow_all_users=yes
    }
    service auth {
      unix_listener auth-userdb {
        mode = 0666
      }
    }
    service anvil {
      chroot =
    }
    service lmtp {
      inet_listener lmtp {
        port = %3$d
      }
    }
    """
        .formatted(folder, USER, lmtpPort);
  }

  private OptionalLong pid() {
    Process now = process;
    return now == null ? OptionalLong.empty() : OptionalLong.of(now.pid());
  }

  int lmtpPort() {
    return lmtpPort;
  }

  /** A script that runs {@code dovecot-lda} with this configuration. */
  Path lda() {
    return folder.resolve("lda");
  }

  ProcessGroup processes() {
    return processes;
  }

  String said() {
    return LastLines.of(folder.resolve("output")) + LastLines.of(folder.resolve("log"));
  }

  @Override
  public void close() {
    try {
      Process now = process;
      if (now != null) {
        now.destroy();
        Programs.await(now, START_WAIT);
      }
    } finally {
      processes.close();
    }
  }
}
