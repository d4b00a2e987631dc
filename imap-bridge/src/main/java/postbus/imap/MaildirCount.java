package postbus.imap;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums a mailbox up by looking at all its mails: those in new and cur of the mailbox itself and of
 * its folders, which are called {@code .<name>}. Trash counts, and so do mails that are marked as
 * deleted: they take room, and Dovecot counts them. A file that tells no size in its name is asked
 * for it.
 */
final class MaildirCount {
  /** Mails that come or go while they are counted make it begin again, so many times at most. */
  private static final int TRIES_MAX = 3;

  private static final String SIZE = ",S=";

  private final Path root;

  /**
   * @param root with tmp, new and cur
   */
  MaildirCount(Path root) {
    this.root = root;
  }

  Usage count() throws IOException {
    Usage usage = Usage.NOTHING;
    for (int i = 0; i < TRIES_MAX; i++) {
      List<Path> folders = folders();
      long changed = lastChange(folders);
      usage = Usage.NOTHING;
      for (Path folder : folders) {
        usage = usage.plus(count(folder));
      }
      if (lastChange(folders()) == changed) {
        break;
      }
    }
    return usage;
  }

  /** Each new and cur that there is. */
  private List<Path> folders() throws IOException {
    List<Path> mailboxes = new ArrayList<>(List.of(root));
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root, ".?*")) {
      all.forEach(mailboxes::add);
    }
    List<Path> folders = new ArrayList<>();
    for (Path mailbox : mailboxes) {
      for (String part : new String[] {"new", "cur"}) {
        Path folder = mailbox.resolve(part);
        if (Files.isDirectory(folder, NOFOLLOW_LINKS)) {
          folders.add(folder);
        }
      }
    }
    return folders;
  }

  private static long lastChange(List<Path> folders) throws IOException {
    long last = 0;
    for (Path folder : folders) {
      try {
        last = Math.max(last, Files.getLastModifiedTime(folder).toMillis());
      } catch (NoSuchFileException _) {
        return -1; // its owner has just removed it
      }
    }
    return last;
  }

  private static Usage count(Path folder) throws IOException {
    Usage usage = Usage.NOTHING;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        long size = size(file);
        if (size >= 0) {
          usage = usage.plus(new Usage(size, 1));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Usage.NOTHING;
    }
    return usage;
  }

  /** -1 if the file is not there any more. */
  private static long size(Path file) throws IOException {
    long told = told(String.valueOf(file.getFileName()));
    if (told >= 0) {
      return told;
    }
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS).size();
    } catch (NoSuchFileException _) {
      return -1;
    }
  }

  /** What the name says of the size; -1 if nothing. */
  static long told(String name) {
    int from = name.indexOf(SIZE) + SIZE.length();
    if (from < SIZE.length()) {
      return -1;
    }
    int to = from;
    while (to < name.length() && Character.isDigit(name.charAt(to))) {
      to++;
    }
    boolean isWhole = to == name.length() || name.charAt(to) == ':' || name.charAt(to) == ',';
    return isWhole && to > from && to - from <= 18 ? Long.parseLong(name, from, to, 10) : -1;
  }
}
