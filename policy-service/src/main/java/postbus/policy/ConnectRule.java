package postbus.policy;

import java.util.Map;
import java.util.Optional;
import postbus.mail.Client;
import postbus.mail.SmtpReply;
import postbus.site.Site.Listener;

/**
 * The seed's acl_check_connect: a listener admits whom its only-from names. The ingress holds this
 * rule at connect; it is held here too, so that an ingress with older settings lets nobody through.
 */
record ConnectRule(Map<String, Listener> listeners) implements RecipientCheck {
  private static final SmtpReply NOT_ADMITTED =
      SmtpReply.of(554, "5.7.1", "this listener is not open to your address");
  private static final SmtpReply UNKNOWN_LISTENER =
      SmtpReply.of(451, "4.3.5", "this listener is not known to policy; try again later");

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    Client client = asked.question().client();
    Listener listener = listeners.get(client.listener());
    if (listener == null) {
      return Optional.of(UNKNOWN_LISTENER);
    }
    return admits(listener, client) ? Optional.empty() : Optional.of(NOT_ADMITTED);
  }

  @Override
  public String name() {
    return "connect";
  }

  /** What is no address is in no network. */
  private static boolean admits(Listener listener, Client client) {
    return listener.onlyFrom().isEmpty()
        || ClientAddress.of(client).filter(listener.onlyFrom().get()::contains).isPresent();
  }
}
