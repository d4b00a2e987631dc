package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The file {@code maildirsize} of a mailbox, by which all programs that write it keep its quota
 * (Maildir++): the definition, and a line for each change since the mails were last counted.
 *
 * <p>Nothing is locked. Whoever writes a mail adds its line afterwards, so that a crash between the
 * two leaves the sum too small by the mails that were being written; a count beside deliveries may
 * take those twice or not at all. Nobody is refused for that: a sum of several lines is counted
 * anew before the mailbox is called full, and every {@value #OCTETS_MAX} octets of lines anyway.
 */
final class MaildirSize {
  /** A file of this size is counted anew; Dovecot and Courier have the same limit. */
  static final int OCTETS_MAX = 5120;

  /** What a file says that is older than this is not believed when a mailbox is full. */
  static final Duration STALE_AGE = Duration.ofMinutes(15);

  private static final String NAME = "maildirsize";
  private static final String SPACE = " \t\n";

  private final Maildir maildir;
  private final Path file;

  /**
   * What the file says.
   *
   * @param usage empty if it cannot be told, and the mails are to be counted
   * @param isFresh whether the mails were counted just now, and nothing has changed since
   */
  private record Said(Quota quota, Optional<Usage> usage, boolean isFresh) {}

  MaildirSize(Maildir maildir) {
    this.maildir = maildir;
    this.file = maildir.folder(NAME);
  }

  /**
   * Whether a mail of so many octets may be added.
   *
   * @param octetsMax of the mailbox; 0 for no limit, empty for what the file says
   */
  boolean hasRoom(OptionalLong octetsMax, long octets) throws IOException {
    Optional<Said> said = read();
    if (said.isEmpty() && octetsMax.orElse(0) == 0) {
      return true;
    }
    Quota before = said.map(Said::quota).orElse(Quota.NONE);
    Quota quota = octetsMax.isPresent() ? before.ofOctets(octetsMax.getAsLong()) : before;
    Usage more = new Usage(octets, 1);
    if (said.isPresent() && said.get().usage.isPresent() && quota.equals(before)) {
      boolean hasRoom = quota.allows(said.get().usage.get().plus(more));
      if (hasRoom || said.get().isFresh) {
        return hasRoom;
      }
    }
    return quota.allows(recount(quota).plus(more));
  }

  /** A mail has been added. Who keeps no quota has no file, and gets none. */
  void add(long octets) throws IOException {
    if (!isThere()) {
      return;
    }
    try (FileChannel out = FileChannel.open(file, APPEND, NOFOLLOW_LINKS)) {
      out.write(line(new Usage(octets, 1)));
    } catch (NoSuchFileException _) {
      return;
    }
  }

  /** A pipe would keep us waiting, and a link lead us to what is not the mailbox's. */
  private boolean isThere() throws IOException {
    if (Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      return true;
    }
    if (Files.exists(file, NOFOLLOW_LINKS)) {
      throw new IOException(file + " is no file");
    }
    return false; // as in most mailboxes
  }

  /** Empty if there is no file. */
  private Optional<Said> read() throws IOException {
    if (!isThere()) {
      return Optional.empty();
    }
    byte[] octets;
    Instant changed;
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      octets = in.readNBytes(OCTETS_MAX);
      changed = Files.getLastModifiedTime(file).toInstant();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
    String text = new String(octets, US_ASCII);
    int end = text.indexOf('\n');
    if (end < 0) {
      return Optional.of(new Said(Quota.NONE, Optional.empty(), false));
    }
    StringTokenizer numbers = new StringTokenizer(text.substring(end), SPACE);
    boolean isFresh = numbers.countTokens() == 2 && changed.isAfter(Instant.now().minus(STALE_AGE));
    boolean isWhole = octets.length < OCTETS_MAX && text.endsWith("\n");
    return Optional.of(
        new Said(
            Quota.parse(text.substring(0, end)),
            isWhole ? sum(numbers) : Optional.empty(),
            isFresh));
  }

  /** Empty if that cannot be right. */
  private static Optional<Usage> sum(StringTokenizer numbers) {
    boolean isOdd = numbers.countTokens() % 2 != 0;
    if (isOdd || !numbers.hasMoreTokens()) {
      return Optional.empty();
    }
    long octets = 0;
    long mails = 0;
    try {
      while (numbers.hasMoreTokens()) {
        octets = Math.addExact(octets, Long.parseLong(numbers.nextToken()));
        mails = Math.addExact(mails, Long.parseLong(numbers.nextToken()));
      }
    } catch (NumberFormatException | ArithmeticException _) {
      return Optional.empty();
    }
    return octets < 0 || mails < 0 ? Optional.empty() : Optional.of(new Usage(octets, mails));
  }

  /** Counts the mails, and puts a new file in place of the old one. */
  private Usage recount(Quota quota) throws IOException {
    Usage usage = new MaildirCount(maildir.root()).count();
    Path fresh = maildir.folder("tmp").resolve(MailName.unfinished(NAME));
    try (FileChannel out =
        FileChannel.open(fresh, Set.of(CREATE_NEW, WRITE), MailFile.OWNER_ONLY)) {
      out.write(ByteBuffer.wrap((quota + "\n").getBytes(US_ASCII)));
      out.write(line(usage));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    return usage;
  }

  private static ByteBuffer line(Usage usage) {
    return ByteBuffer.wrap((usage + "\n").getBytes(US_ASCII));
  }
}
