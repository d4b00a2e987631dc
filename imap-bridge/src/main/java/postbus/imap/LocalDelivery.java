package postbus.imap;

import postbus.imap.MailboxWay.Tried;
import postbus.log.StageWork;
import postbus.log.Taken;
import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Route;

/**
 * Delivers one mail to its mailboxes, or to the command that its alias names. Each mail has a
 * virtual thread of its own; the ways bound how many are worked on at the same time.
 */
final class LocalDelivery implements StageWork {
  private final MailboxWay mailboxes;
  private final PipeDelivery pipes;
  private final Conclusion conclusion;

  LocalDelivery(MailboxWay mailboxes, PipeDelivery pipes, Conclusion conclusion) {
    this.mailboxes = mailboxes;
    this.pipes = pipes;
    this.conclusion = conclusion;
  }

  @Override
  public void take(Taken taken) {
    Thread.ofVirtual().name("local-" + taken.key()).start(() -> work(taken));
  }

  private void work(Taken taken) {
    try {
      boolean isOurs =
          way(taken.mail().envelope())
              .deliver(taken, (tried, parts) -> taken.finish(conclusion.of(taken, tried, parts)));
      if (!isOurs) {
        taken.abandon();
      }
    } catch (RuntimeException | Error e) {
      taken.fail(e);
    }
  }

  private MailboxWay way(Envelope envelope) {
    if (envelope.route().map(Route::nextHop).orElse(null) instanceof NextHop.Pipe(String command)) {
      OneByOne pipe =
          (mail, recipient, mayRun) ->
              pipes
                  .deliver(mail, recipient, command, mayRun)
                  .map(outcome -> new Tried(recipient, outcome));
      return pipe;
    }
    return mailboxes;
  }
}
