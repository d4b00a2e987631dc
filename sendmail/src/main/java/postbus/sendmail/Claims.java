package postbus.sendmail;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import postbus.mail.MailId;

/**
 * Moves what users dropped into the queue, where they can no longer change its names. Each folder
 * is opened once, without following links, and everything is done in what was opened; so nobody can
 * make us move a file that he could not have put there himself.
 */
final class Claims {
  /** Mails in the queue, beyond which nothing is taken; one user has a part of them. */
  static final int QUEUE_MAX = 10_000;

  /** Of folders that somebody made in another one's name. */
  private static final String FOREIGN = "foreign.";

  /** Entries of a user's folder that are looked at in one run. */
  private static final int ENTRIES_MAX = 2 * Drop.MAILS_MAX;

  /** How long an unfinished file may be somebody's at work. */
  private static final Duration UNFINISHED_MAX = Duration.ofDays(1);

  private final Spool spool;
  private final PrintWriter err;

  Claims(Spool spool, PrintWriter err) {
    this.spool = spool;
    this.err = err;
  }

  /** What one user may still have in the queue, as much as where he drops it. */
  private static final class Room {
    private int mails;
    private long octets = Drop.OCTETS_MAX;

    Room(int mails) {
      this.mails = mails;
    }

    boolean isLeft() {
      return mails > 0 && octets > 0;
    }

    void take(long size) {
      mails--;
      octets -= size;
    }
  }

  void claim() throws IOException {
    int queued = spool.waiting().size();
    try (SecureDirectoryStream<Path> drop = open(spool.drop());
        SecureDirectoryStream<Path> queue = open(spool.queue())) {
      for (Path entry : drop) {
        Path name = entry.getFileName();
        if (name.toString().startsWith(FOREIGN)) {
          continue;
        }
        try (SecureDirectoryStream<Path> own =
            drop.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
          if (isOf(own, name.toString())) {
            queued += claim(own, name.toString(), queue, room(name.toString(), queued));
          } else {
            Path aside = Path.of(FOREIGN + MailId.next());
            err.println(entry + " is not of the user that it is named after; it is now " + aside);
            drop.move(name, drop, aside);
          }
        } catch (IOException e) {
          err.println(entry + ": " + e);
        }
      }
    }
  }

  private Room room(String uid, int queued) throws IOException {
    List<Path> his = spool.waiting().stream().filter(mail -> Spool.isOf(mail, uid)).toList();
    Room room = new Room(Math.min(QUEUE_MAX - queued, Drop.MAILS_MAX - his.size()));
    for (Path mail : his) {
      room.octets -= Files.size(mail);
    }
    return room;
  }

  private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
    DirectoryStream<Path> opened = Files.newDirectoryStream(folder);
    if (opened instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    opened.close();
    throw new IOException("this system cannot open " + folder + " safely");
  }

  private static boolean isOf(SecureDirectoryStream<Path> folder, String uid) throws IOException {
    if (!uid.matches("[0-9]{1,10}")) {
      return false;
    }
    UserPrincipal owner =
        folder.getFileAttributeView(PosixFileAttributeView.class).readAttributes().owner();
    return FileSystems.getDefault()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(uid)
        .equals(owner);
  }

  private static int claim(
      SecureDirectoryStream<Path> own, String uid, SecureDirectoryStream<Path> queue, Room room)
      throws IOException {
    int claimed = 0;
    int seen = 0;
    for (Path entry : own) {
      if (!room.isLeft() || seen++ >= ENTRIES_MAX) {
        break;
      }
      Path name = entry.getFileName();
      if (MailId.parse(name.toString()).isPresent()) {
        room.take(attributes(own, name).size());
        own.move(name, queue, Path.of(uid + "." + name));
        claimed++;
      } else if (name.toString().endsWith(Durably.UNFINISHED) && isOld(own, name)) {
        own.deleteFile(name);
      }
    }
    return claimed;
  }

  private static boolean isOld(SecureDirectoryStream<Path> own, Path name) throws IOException {
    Instant written = attributes(own, name).lastModifiedTime().toInstant();
    return written.isBefore(Instant.now().minus(UNFINISHED_MAX));
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> own, Path name)
      throws IOException {
    return own.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }
}
