package postbus.ingress;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.mail.SmtpReply;

/** Reads what follows RCPT: the forward-path, and the parameters of DSN, each at most once. */
final class RcptArgument {
  private Set<Notify> notices = Set.of();
  private String orcpt = "";

  private RcptArgument() {}

  /**
   * @param primaryHostname the domain of {@code <Postmaster>} (RFC 5321, section 4.5.1)
   * @param bareDomain that of other addresses without one; empty if none may be
   */
  static Command read(String argument, String primaryHostname, Optional<String> bareDomain) {
    PathReader reader = PathReader.open(argument, "TO:");
    if (reader == null) {
      return new Command.Malformed(Replies.BAD_RECIPIENT);
    }
    if (reader.peek() == '@') {
      return new Command.Malformed(Replies.SOURCE_ROUTE);
    }
    boolean isPostmaster = reader.rest().regionMatches(true, 0, "postmaster>", 0, 11);
    Optional<EmailAddress> recipient =
        reader.mailbox(isPostmaster ? Optional.of(primaryHostname) : bareDomain);
    if (recipient.isEmpty() || !reader.skip('>')) {
      return new Command.Malformed(Replies.BAD_RECIPIENT);
    }
    return new RcptArgument().command(recipient.get(), reader.rest());
  }

  private Command command(EmailAddress to, String parameters) {
    if (parameters.isEmpty()) {
      return new Command.Rcpt(to);
    }
    if (parameters.charAt(0) != ' ') {
      return new Command.Malformed(Replies.BAD_RECIPIENT);
    }
    SmtpReply wrong = EsmtpParameters.read(parameters, this::take);
    return wrong != null
        ? new Command.Malformed(wrong)
        : new Command.Rcpt(to, new RecipientParameters(notices, orcpt));
  }

  private @Nullable SmtpReply take(String keyword, @Nullable String value) {
    return switch (keyword) {
      case "NOTIFY" -> EsmtpParameters.reply(value != null && notices(value));
      case "ORCPT" -> EsmtpParameters.reply(value != null && orcpt(value));
      default -> Replies.UNKNOWN_PARAMETER;
    };
  }

  private boolean notices(String value) {
    boolean again = !notices.isEmpty();
    notices = DsnSyntax.notices(value).orElse(Set.of());
    return !again && !notices.isEmpty();
  }

  private boolean orcpt(String value) {
    boolean again = !orcpt.isEmpty();
    orcpt = DsnSyntax.orcpt(value).orElse("");
    return !again && !orcpt.isEmpty();
  }
}
