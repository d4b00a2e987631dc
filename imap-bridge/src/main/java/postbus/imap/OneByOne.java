package postbus.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Recipient;

/** A way that takes the recipients of a mail one after another. */
interface OneByOne extends MailboxWay {

  /**
   * Tries a mail for one of its recipients.
   *
   * @param mayGoOn asked before what cannot be undone
   * @return empty if it may not
   */
  Optional<Tried> deliver(Mail mail, Recipient recipient, BooleanSupplier mayGoOn);

  @Override
  default boolean deliver(Taken taken, Ending ending) {
    List<Tried> tried = new ArrayList<>();
    for (Recipient recipient : taken.mail().envelope().recipients()) {
      Optional<Tried> each = deliver(taken.mail(), recipient, taken::passPointOfNoReturn);
      if (each.isEmpty()) {
        return false;
      }
      tried.add(each.get());
    }
    var _ = ending.end(tried, List.of());
    return true;
  }
}
