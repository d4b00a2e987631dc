package postbus.imap;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import postbus.log.Mail;
import postbus.mail.Recipient;

/**
 * Postbus writes the mailboxes itself. A mail for a mailbox that has no place for it steps aside.
 * The writing is done on platform threads: a file system that hangs would keep a virtual thread's
 * carrier, and with a few of those the whole process would stand still.
 */
final class MaildirWay implements OneByOne {
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
    return switch (places.enter(recipient.address())) {
      case Places.Entry.Busy busy -> Optional.of(Tried.busy(recipient, busy));
      case Places.Place place -> {
        try (place) {
          yield CompletableFuture.supplyAsync(
                  () -> mailboxes.deliver(mail, recipient, mayGoOn), disk)
              .join()
              .map(outcome -> new Tried(recipient, outcome));
        }
      }
    };
  }
}
