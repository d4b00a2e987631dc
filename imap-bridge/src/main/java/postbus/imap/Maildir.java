package postbus.imap;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;

/**
 * The folder of one mailbox, {@code <data>/mail/<domain>/<local part>/Maildir}, with the three
 * folders that every Maildir has: tmp (being written), new (not yet seen) and cur (seen by a
 * reader, which adds flags to the name).
 *
 * <p>Folders are made when first needed and are on disk before a mail is; only their owner may read
 * them.
 */
final class Maildir {
  /** Octets of a file name on every usual file system. */
  private static final int NAME_OCTETS_MAX = 255;

  private static final int ROOT = 0;

  /** Who runs this process. */
  private static final int USER = (int) new UnixSystem().getUid();

  /** Of a folder: whoever is in its group, or anybody, may write to it. */
  private static final int WRITABLE_BY_OTHERS = 022;

  private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789._+=-";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path data;
  private final Path folder;

  private Maildir(Path data, Path folder) {
    this.data = data;
    this.folder = folder;
  }

  /**
   * The mailbox of an address, whether it is there yet or not. ASCII letters count as lower case,
   * as in {@link EmailAddress#key}; what is not plain in a file name is written in percent form.
   *
   * @param data the folder below which all data of this process lies
   * @return empty if the address can be no folder: a slash, a NUL, {@code ..}, a leading dot, or
   *     too long
   */
  static Optional<Maildir> of(Path data, EmailAddress mailbox) {
    Path root = data.toAbsolutePath().normalize();
    return folderName(mailbox.domain())
        .flatMap(domain ->
            folderName(mailbox.unquotedLocalPart())
                .map(name -> root.resolve("mail").resolve(domain).resolve(name)))
        .map(folder -> new Maildir(root, folder.resolve("Maildir")));
  }

  private static Optional<String> folderName(String text) {
    String lower = EmailAddress.lowerCase(text);
    if (lower.isEmpty()
        || lower.startsWith(".")
        || lower.contains("..")
        || lower.indexOf('/') >= 0
        || lower.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    StringBuilder name = new StringBuilder(lower.length());
    for (byte octet : lower.getBytes(StandardCharsets.UTF_8)) {
      if (PLAIN.indexOf(octet) >= 0) {
        name.append((char) octet);
      } else {
        name.append('%').append(String.format(Locale.ROOT, "%02x", octet));
      }
    }
    return name.length() > NAME_OCTETS_MAX ? Optional.empty() : Optional.of(name.toString());
  }

  /**
   * Begins the file of this mail; makes the folders if they are not there yet.
   *
   * @throws IOException if this process is root, and one of the folders is not root's alone
   */
  MailFile file(Envelope envelope, EmailAddress recipient) throws IOException {
    for (String part : new String[] {"tmp", "cur", "new"}) {
      make(folder.resolve(part));
    }
    return new MailFile(this, envelope, recipient);
  }

  Path root() {
    return folder;
  }

  Path folder(String part) {
    return folder.resolve(part);
  }

  /** As people are told it: relative to the data folder. */
  Path relative(Path file) {
    return data.relativize(file);
  }

  /** Another process may make the same folder at the same time; that is no error. */
  private void make(Path wanted) throws IOException {
    Path parent = wanted.getParent();
    if (parent == null || wanted.equals(data)) {
      return;
    }
    make(parent);
    if (!Files.isDirectory(wanted)) {
      Files.createDirectories(wanted, OWNER_ONLY);
      force(parent);
    }
    if (USER == ROOT) {
      mustBeRoots(wanted);
    }
  }

  /**
   * Where others may put a link, root would write wherever that leads. A folder that is none, and
   * root's alone, stays so.
   */
  private static void mustBeRoots(Path folder) throws IOException {
    boolean isRoots = Files.getAttribute(folder, "unix:uid", NOFOLLOW_LINKS).equals(ROOT);
    int mode = (int) Files.getAttribute(folder, "unix:mode", NOFOLLOW_LINKS);
    boolean isFolder = Files.isDirectory(folder, NOFOLLOW_LINKS);
    if (!isFolder || !isRoots || (mode & WRITABLE_BY_OTHERS) != 0) {
      throw new IOException(
          folder + " is a link, or others than root may write there; Postbus as root does not");
    }
  }

  /** Puts a folder's entries on disk; the names in it survive a power cut from here on. */
  static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
