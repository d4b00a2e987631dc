package postbus.policy;

import java.time.Duration;
import java.util.Optional;
import postbus.mail.SmtpReply;

/**
 * Clients that the site's block lists have are refused or put off. The rule is there twice: at
 * first it has what is known of a client without waiting, and lets the lists be asked about one
 * that is new, while the router is asked about the recipient; then it waits for them. So both
 * together take as long as the slower one.
 */
record BlockListRule(ClientLists lists, Duration within) implements RecipientCheck {

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    if (asked.isForPostmaster()) {
      return Optional.empty();
    }
    return asked
        .address()
        .flatMap(client -> lists.about(client, asked.left(within)))
        .flatMap(Listed::refusal);
  }

  @Override
  public String name() {
    return "block-list";
  }
}
