package postbus.imap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import postbus.log.ContentStore;
import postbus.log.ContentsAway;
import postbus.log.Mail;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/**
 * Writes mails into the mailboxes below one data folder, and says what became of each. Blocks on
 * the disk; any number of threads may use it.
 */
final class Mailboxes {
  private static final Logger LOG = Logger.getLogger(Mailboxes.class);
  private static final String COMMAND = "WRITE";

  private static final Cause FULL = Cause.ours(COMMAND, 452, "4.2.2", "the mailbox is over quota");

  private static final Cause TOO_LARGE =
      Cause.ours(COMMAND, 552, "5.2.3", "the mail is larger than the whole quota of the mailbox");

  private final Path data;
  private final ContentStore contents;
  private final Quotas quotas;

  Mailboxes(Path data, ContentStore contents, Quotas quotas) {
    this.data = data;
    this.contents = contents;
    this.quotas = quotas;
  }

  /**
   * Delivers once: a mail that is there already is not written again. A full or broken disk defers,
   * and so does a mailbox over quota; an address that can be no folder bounces. A content that is
   * not to be had now says nothing about the mailbox.
   *
   * @param mayPublish asked when all is on disk and the mailbox does not show it yet
   * @return empty if it was not to be published, and then nothing of it stays
   */
  Optional<Outcome> deliver(Mail mail, Recipient recipient, BooleanSupplier mayPublish) {
    Optional<Maildir> mailbox = Maildir.of(data, recipient.address());
    if (mailbox.isEmpty()) {
      return Optional.of(
          new Outcome.Bounced(
              Scope.RECIPIENT, Cause.ours(COMMAND, 550, "5.1.3", "the name can be no mailbox")));
    }
    try (MailFile file = mailbox.get().file(mail.envelope(), recipient.address())) {
      try (InputStream content = DeliveryFields.content(mail, contents)) {
        file.write(content);
      }
      Optional<Path> there = file.find();
      if (there.isPresent()) {
        return Optional.of(delivered(there.get()));
      }
      Optional<Outcome> full = full(mailbox.get(), recipient, file.octets());
      if (full.isPresent()) {
        return full;
      }
      file.force();
      return mayPublish.getAsBoolean()
          ? Optional.of(delivered(publish(file, new MaildirSize(mailbox.get()))))
          : Optional.empty();
    } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
      if (ContentsAway.isCauseOf(e)) {
        return Optional.of(Outcome.unread(COMMAND));
      }
      LOG.warnf(e, "%s: not written for %s", mail.envelope().id(), recipient.address());
      return Optional.of(new Outcome.Deferred(Scope.RECIPIENT, trouble(String.valueOf(e))));
    }
  }

  /** Empty if there is room for so much. */
  private Optional<Outcome> full(Maildir mailbox, Recipient recipient, long octets)
      throws IOException {
    OptionalLong octetsMax = quotas.octetsMax(recipient.address());
    if (octetsMax.orElse(0) > 0 && octets > octetsMax.getAsLong()) {
      return Optional.of(new Outcome.Bounced(Scope.RECIPIENT, TOO_LARGE));
    }
    return new MaildirSize(mailbox).hasRoom(octetsMax, octets)
        ? Optional.empty()
        : Optional.of(new Outcome.Deferred(Scope.RECIPIENT, FULL));
  }

  /** Once it is published it is delivered, whatever becomes of the sum. */
  private static Path publish(MailFile file, MaildirSize size) throws IOException {
    Path where = file.publish();
    try {
      size.add(file.octets());
    } catch (IOException e) {
      LOG.warnf("%s: its size is not added to the mailbox's: %s", where, e);
    }
    return where;
  }

  private static Outcome delivered(Path where) {
    return new Outcome.Delivered(
        new Cause(COMMAND, SmtpReply.of(250, "2.0.0", where.toString()), ""));
  }

  /** The JDK tells a full disk by the system's words only. */
  private static Cause trouble(String why) {
    String words = why.toLowerCase(Locale.ROOT);
    return words.contains("no space left") || words.contains("quota exceeded")
        ? Cause.ours(COMMAND, 452, "4.3.1", "no space left for mailboxes")
        : Cause.ours(COMMAND, 451, "4.3.0", "the mailbox cannot be written now");
  }
}
