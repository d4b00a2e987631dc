package postbus.imap;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Envelope;
import postbus.mail.Recipient;
import postbus.site.MailboxRules.Lda;

/**
 * Runs a program for each mailbox, as Dovecot's {@code dovecot-lda}: without a shell, as the owner
 * of the mailboxes, killed with all that it started when it takes too long. It reads the mail as a
 * command does that an alias names, with Return-Path and Delivered-To, which it does not write.
 */
final class LdaWay implements OneByOne {
  private static final int OUTPUT_MAX = 20 << 10;
  private static final String FULL_IS_TEMPORARY = "quota_full_tempfail=yes";

  private final Lda lda;
  private final MailCommands commands;
  private final Places places;
  private final Sharing sharing = new Sharing(new Suspects(), 1);
  private final boolean isRoot;
  private volatile Optional<RunAs> runAs = Optional.empty();

  /**
   * @param waits for a run of the program to end
   */
  LdaWay(Lda lda, Path data, ContentStore contents, Places.Waits waits) {
    this(lda, data, contents, waits, new UnixSystem().getUid() == 0);
  }

  /**
   * @param isRoot whether the program is to be run as another user
   */
  LdaWay(Lda lda, Path data, ContentStore contents, Places.Waits waits, boolean isRoot) {
    this.lda = lda;
    this.commands = new MailCommands(data.resolve("lda"), contents);
    this.places = new Places(lda.atOnceMax(), waits);
    this.isRoot = isRoot;
  }

  @Override
  public void start() {
    if (!Files.isExecutable(lda.program())) {
      throw new IllegalStateException(
          "mailboxes.lda: " + lda.program() + ", expected a program of this host");
    }
    commands.start();
    runAs = Optional.of(RunAs.of("mailboxes.lda-user", lda.user(), isRoot));
  }

  /**
   * Dovecot does not know a mail that it has: so each mailbox has a record of its own, and a crash
   * repeats the runs of that moment and no other.
   */
  @Override
  public boolean deliver(Taken taken, Ending ending) {
    Envelope envelope = taken.mail().envelope();
    List<List<Recipient>> parts = sharing.parts(envelope.recipients(), envelope.attempts());
    if (parts.size() > 1) {
      var _ = ending.end(List.of(), parts);
      return true;
    }
    return OneByOne.super.deliver(taken, ending);
  }

  @Override
  public Optional<Tried> deliver(Mail mail, Recipient recipient, BooleanSupplier mayGoOn) {
    return switch (places.enter(recipient.address())) {
      case Places.Entry.Busy busy -> Optional.of(Tried.busy(recipient, busy));
      case Places.Place place -> {
        try (place) {
          yield commands
              .run(mail, recipient.address(), run(mail, recipient), mayGoOn)
              .map(end -> new Tried(recipient, LdaStatus.outcome(end), LdaStatus.said(end)));
        }
      }
    };
  }

  private MailCommands.Run run(Mail mail, Recipient recipient) {
    List<String> words =
        List.of(
            lda.program().toString(),
            "-e",
            "-d",
            recipient.address().key(),
            "-f",
            mail.envelope().reversePath().text(),
            "-o",
            FULL_IS_TEMPORARY);
    return new MailCommands.Run(
        runAs.orElseThrow().command(words),
        PipeEnvironment.bare(),
        lda.runMax(),
        OUTPUT_MAX,
        CommandOutput::lastLine);
  }

  @Override
  public void stop(Duration wait) {
    commands.stop(wait);
  }
}
