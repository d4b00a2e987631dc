package postbus.mail;

/**
 * What the session asks of policy at RCPT.
 *
 * @param client who asks
 * @param reversePath who sends
 * @param recipient whom the client named
 */
public record RecipientQuestion(Client client, ReversePath reversePath, EmailAddress recipient) {}
