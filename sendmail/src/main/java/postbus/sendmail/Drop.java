package postbus.sendmail;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import postbus.mail.MailId;

/**
 * The user's side of the spool: a folder of his own below one that everybody may write to and
 * nobody else may list. What he puts there is on disk when it is said to be, and is taken from
 * there by who runs the spool. No other user can read, replace or delete it.
 */
final class Drop {
  /** Mails, and octets of them, that one user may have waiting here. */
  static final int MAILS_MAX = 1000;

  static final long OCTETS_MAX = 256L << 20;

  private final Path folder;
  private final LocalUser user;

  Drop(Path spool, LocalUser user) {
    this.folder = spool.resolve(Spool.DROP);
    this.user = user;
  }

  /** Whether it is kept. */
  sealed interface Kept {
    record Spooled(MailId id) implements Kept {}

    /** Nothing of it is. */
    record Not(String why) implements Kept {}
  }

  Kept put(Submission mail) {
    Path own = folder.resolve(Integer.toString(user.uid()));
    try {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        return new Kept.Not("there is no spool " + folder + "; sendmail -q makes it");
      }
      try {
        Files.createDirectory(own);
      } catch (FileAlreadyExistsException e) {
        // Of an earlier mail.
      }
      if (!isOurs(own)) {
        return new Kept.Not(own + " belongs to somebody else");
      }
      if (isFull(own)) {
        return new Kept.Not(
            own + " is full: " + MAILS_MAX + " mails, or " + OCTETS_MAX + " octets");
      }
      MailId id = MailId.next();
      Durably.write(own, id.toString(), SpoolFile.of(mail));
      return new Kept.Spooled(id);
    } catch (IOException e) {
      return new Kept.Not("cannot write to " + own + ": " + e.getMessage());
    }
  }

  /** What waits here, by name. */
  List<Path> mails() throws IOException {
    Path own = folder.resolve(Integer.toString(user.uid()));
    if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS) || !isOurs(own)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(own)) {
      return files.filter(Spool::isMail).sorted().toList();
    }
  }

  private boolean isOurs(Path own) throws IOException {
    return Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)
        && Files.getAttribute(own, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(user.uid());
  }

  private static boolean isFull(Path own) throws IOException {
    try (Stream<Path> files = Files.list(own)) {
      long octets = 0;
      int mails = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        octets += Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? size(file) : 0;
        mails++;
        if (mails >= MAILS_MAX || octets >= OCTETS_MAX) {
          return true;
        }
      }
      return false;
    }
  }

  /** Who runs the spool may have taken it meanwhile. */
  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
