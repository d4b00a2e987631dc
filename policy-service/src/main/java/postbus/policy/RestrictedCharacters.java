package postbus.policy;

import java.util.Optional;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.SmtpReply;

/**
 * The seed's first rule at RCPT: in local domains no local part holds characters that once meant a
 * route, a pipe or a file, or begins with a dot. Other domains, those that we relay for among them,
 * may use what they like.
 */
record RestrictedCharacters() implements RecipientCheck {
  private static final String RESTRICTED = "@%!/|";
  private static final SmtpReply REFUSED =
      SmtpReply.of(550, "5.1.3", "restricted characters in address");

  @Override
  public Optional<SmtpReply> on(AskedRecipient asked) {
    String localPart = asked.question().recipient().unquotedLocalPart();
    boolean refused = isRestricted(localPart) && asked.verification().standing() == Standing.LOCAL;
    return refused ? Optional.of(REFUSED) : Optional.empty();
  }

  @Override
  public String name() {
    return "restricted-characters";
  }

  private static boolean isRestricted(String localPart) {
    return localPart.startsWith(".") || localPart.chars().anyMatch(c -> RESTRICTED.indexOf(c) >= 0);
  }
}
