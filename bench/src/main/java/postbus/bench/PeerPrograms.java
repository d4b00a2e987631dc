package postbus.bench;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;

/**
 * Sees to it that the programs are there that Postbus is measured beside, and those that send and
 * take the mails. What is not there comes from Debian's packages, if the user is root and agrees;
 * sender and sink are unpacked only, for which nobody need be asked.
 */
final class PeerPrograms {
  private static final Duration INSTALL_WAIT = Duration.ofMinutes(10);

  private PeerPrograms() {}

  /**
   * @param wanted names of relays
   * @param isAgreed whether the user has agreed beforehand
   * @return those that can be measured
   */
  static List<String> available(List<String> wanted, boolean isAgreed) throws IOException {
    List<String> there = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : wanted) {
      (isThere(name) ? there : missing).add(name);
    }
    if (!missing.isEmpty() && mayInstall(missing, isAgreed)) {
      for (String name : missing) {
        install(name);
      }
      there = wanted;
    }
    if (Programs.find("smtp-source").isEmpty() || Programs.find("smtp-sink").isEmpty()) {
      unpack("smtp-source", "smtp-sink");
    }
    return there;
  }

  /** Only root can start a Postfix or an Exim that changes to users of its own. */
  private static boolean isThere(String name) throws IOException {
    return switch (name) {
      case "postbus" -> true;
      case "postfix" -> Programs.areWeRoot() && Programs.find("postfix").isPresent();
      case "exim" ->
          Programs.areWeRoot() && Programs.find("exim4").isPresent() && isUser(EximRelay.USER);
      default -> throw new Unmeasured("no relay that is known here: " + name);
    };
  }

  private static boolean isUser(String name) throws IOException {
    return Files.readAllLines(Path.of("/etc/passwd")).stream()
        .anyMatch(line -> line.startsWith(name + ":"));
  }

  private static boolean mayInstall(List<String> missing, boolean isAgreed) {
    String names = String.join(" and ", missing);
    if (!Programs.areWeRoot()) {
      return without(names, "only root can run what is measured beside Postbus");
    }
    if (Programs.find("apt-get").isEmpty()) {
      return without(names, "not found, and this is no Debian to get it from");
    }
    if (isAgreed) {
      return true;
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return without(names, "not found; --yes gets it from Debian's packages");
    }
    System.err.printf(
        """
        To measure beside %s, Debian's packages are needed:
          postfix   is installed, neither configured nor started
          exim      is unpacked into %s; the system user %s is added
        Configuration of yours is not touched. Get %s? [y/N]\s\
        """,
        names, Programs.peers(), EximRelay.USER, names);
    Scanner answer = new Scanner(System.in, console.charset());
    return answer.hasNextLine()
            && answer.nextLine().strip().toLowerCase(Locale.ROOT).startsWith("y")
        || without(names, "not wanted");
  }

  private static boolean without(String names, String why) {
    System.err.printf("bench: without %s: %s%n", names, why);
    return false;
  }

  private static void install(String name) throws IOException {
    switch (name) {
      case "postfix" -> {
        System.err.println("bench: installing postfix");
        // Run level 1 keeps the package from starting what it installs.
        shell(
            "echo 'postfix postfix/main_mailer_type select No configuration'"
                + " | debconf-set-selections && apt-get -qq update"
                + " && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive"
                + " apt-get -qq install -y --no-install-recommends postfix");
      }
      case "exim" -> {
        unpack("exim4");
        if (!isUser(EximRelay.USER)) {
          shell("useradd -r -U -s /usr/sbin/nologin -d /nonexistent " + EximRelay.USER);
        }
      }
      default -> throw new IllegalArgumentException(name);
    }
  }

  private static void shell(String command) throws IOException {
    Programs.run(INSTALL_WAIT, List.of("/bin/sh", "-c", command));
  }

  /** Sees to it that Dovecot is there; it is unpacked only. */
  static void dovecot() throws IOException {
    if (!Dovecot.isThere()) {
      unpack("with-dovecot");
    }
  }

  private static void unpack(String... programs) throws IOException {
    System.err.println("bench: unpacking " + String.join(", ", programs));
    List<String> command = new ArrayList<>();
    command.add(Folders.home().resolve("mail-testkit/peers").toString());
    command.add(Programs.peers().toString());
    command.addAll(List.of(programs));
    Programs.run(INSTALL_WAIT, command);
  }
}
