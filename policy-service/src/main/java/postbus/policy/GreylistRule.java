package postbus.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import postbus.mail.SmtpReply;
import postbus.policy.Greylist.Answer;
import postbus.site.ClientRules;

/**
 * A client that comes for the first time is asked to come again (RFC 6647), which who sends spam in
 * masses often does not. Only about recipients that there are, so that nobody fills the list by
 * guessing; and not if a list says that the client is a good one.
 */
record GreylistRule(
    ClientRules clients, ClientLists lists, GreylistBook book, GreylistMeters meters)
    implements RecipientCheck {

  GreylistRule(ClientRules clients, ClientLists lists, GreylistBook book) {
    this(clients, lists, book, new GreylistMeters());
  }

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    if (asked.isForPostmaster() || !asked.verification().reply().isPositive()) {
      return Optional.empty();
    }
    return asked.address().filter(client -> !isExempt(client)).flatMap(client -> on(client, asked));
  }

  private Optional<SmtpReply> on(InetAddress client, AskedRecipient asked) {
    boolean shared = book.isShared();
    Answer answer = book.ask(clients.networks().of(client), asked.question());
    meters.answered(answer, shared);
    return switch (answer) {
      case Answer.Again(long seconds, boolean _) when shared ->
          Optional.of(
              SmtpReply.of(
                  451, "4.7.1", "Greylisted, please try again in %d seconds".formatted(seconds)));
      case Answer.Again _, Answer.Pass _ -> Optional.empty();
    };
  }

  private boolean isExempt(InetAddress client) {
    return book.rules().exceptions().filter(list -> list.contains(client)).isPresent()
        || lists.about(client, Duration.ZERO).filter(Listed::accepted).isPresent();
  }

  @Override
  public String name() {
    return "greylist";
  }
}
