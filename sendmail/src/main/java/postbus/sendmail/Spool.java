package postbus.sendmail;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import postbus.mail.MailId;

/**
 * The spool as who runs it sees it: {@code drop}, where users put mails; {@code queue}, where those
 * taken from there wait; {@code refused}, where those lie that nobody takes and nobody could be
 * told of. Queue and refused are his alone.
 */
record Spool(Path folder) {
  static final String DROP = "drop";

  /**
   * Of the folder that all write to: each entry is its owner's (sticky), nobody may list it, and
   * the group of what is put there is that of the folder (setgid), so that its owner may read it.
   */
  private static final int DROP_MODE = 03733;

  private static final String PRIVATE = "rwx------";
  private static final int PASSABLE_MODE = 0711;

  Path drop() {
    return folder.resolve(DROP);
  }

  Path queue() {
    return folder.resolve("queue");
  }

  Path refused() {
    return folder.resolve("refused");
  }

  Path lock() {
    return queue().resolve("lock");
  }

  /**
   * Whether the spool is another one's: what this user made there would be in his way. One that is
   * not there yet is nobody's.
   */
  boolean isOfOtherThan(LocalUser user) throws IOException {
    for (Path each : List.of(folder, queue())) {
      if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)
          && !Files.getAttribute(each, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(user.uid())) {
        return true;
      }
    }
    return false;
  }

  /** Makes what is missing. */
  void prepare() throws IOException {
    if (create(folder)) {
      Files.setAttribute(folder, "unix:mode", PASSABLE_MODE);
    }
    create(queue());
    create(refused());
    if (create(drop())) {
      Files.setAttribute(drop(), "unix:mode", DROP_MODE);
    }
  }

  /** For its owner only. */
  private static boolean create(Path folder) throws IOException {
    try {
      Files.createDirectory(
          folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  List<Path> waiting() throws IOException {
    return mails(queue());
  }

  /** What all users have dropped; for who may look into their folders. */
  List<Path> droppedMails() throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> users = Files.list(drop())) {
      for (Path user : (Iterable<Path>) users::iterator) {
        if (Files.isDirectory(user, LinkOption.NOFOLLOW_LINKS)) {
          all.addAll(mails(user));
        }
      }
    }
    return all;
  }

  List<Path> refusedMails() throws IOException {
    return mails(refused());
  }

  /** In the order in which they were submitted. */
  private static List<Path> mails(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Spool::isMail).sorted(Comparator.comparing(Spool::id)).toList();
    }
  }

  /** Files are named by an id; in the queue behind the number of the user. */
  static boolean isMail(Path file) {
    String name = file.getFileName().toString();
    return MailId.parse(name.substring(name.indexOf('.') + 1)).isPresent();
  }

  /** Whether a mail of the queue is this user's. */
  static boolean isOf(Path file, String uid) {
    return file.getFileName().toString().startsWith(uid + ".");
  }

  static MailId id(Path file) {
    String name = file.getFileName().toString();
    return MailId.parse(name.substring(name.indexOf('.') + 1)).orElseThrow();
  }

  /** What a file holds. Bounded, and no surprise: links, pipes and the like are broken mails. */
  static SpoolFile.Read read(Path file) throws IOException {
    boolean isPlain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    if (!isPlain || !Files.getAttribute(file, "unix:nlink").equals(1)) {
      return new SpoolFile.Read.Broken("it is no file, or one with several names");
    }
    try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] octets = in.readNBytes(SpoolFile.OCTETS_MAX + 1);
      return octets.length > SpoolFile.OCTETS_MAX
          ? new SpoolFile.Read.Broken("it is too large")
          : SpoolFile.read(octets);
    }
  }
}
