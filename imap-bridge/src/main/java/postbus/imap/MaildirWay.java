package postbus.imap;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import postbus.log.Mail;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Scope;

/**
 * Postbus writes the mailboxes itself. A mail for a mailbox that has no place for too long is tried
 * again later. The writing is done on platform threads: a file system that hangs would keep a
 * virtual thread's carrier, and with a few of those the whole process would stand still.
 */
final class MaildirWay implements OneByOne {
  static final Outcome BUSY =
      new Outcome.Deferred(
          Scope.RECIPIENT, Cause.ours("WRITE", 450, "4.2.0", "the mailbox is busy"));

  /** Threads that are made when needed, at most as many as there are places. */
  private final ExecutorService disk =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("mailbox-", 0).factory());

  private final Mailboxes mailboxes;
  private final Places places;

  MaildirWay(Mailboxes mailboxes, Places places) {
    this.mailboxes = mailboxes;
    this.places = places;
  }

  @Override
  public Optional<Tried> deliver(Mail mail, Recipient recipient, BooleanSupplier mayGoOn) {
    Optional<Places.Place> place = places.enter(recipient.address());
    if (place.isEmpty()) {
      return Optional.of(new Tried(recipient, BUSY));
    }
    try (var _ = place.get()) {
      return CompletableFuture.supplyAsync(() -> mailboxes.deliver(mail, recipient, mayGoOn), disk)
          .join()
          .map(outcome -> new Tried(recipient, outcome));
    }
  }
}
