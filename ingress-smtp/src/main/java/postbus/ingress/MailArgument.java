package postbus.ingress;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

/**
 * Reads what follows MAIL: the reverse-path, and the parameters of the extensions that EHLO offers,
 * each at most once.
 */
final class MailArgument {
  /** SIZE has at most 20 digits (RFC 1870, section 6.1); more than 18 is too much in any case. */
  private static final int SIZE_DIGITS_MAX = 20;

  private long size = -1;
  private boolean body;
  private boolean eightBit;
  private boolean smtpUtf8;
  private Return returned = Return.UNSAID;
  private String envid = "";
  private boolean requireTls;
  private boolean submitter;

  private MailArgument() {}

  /**
   * @param bareDomain the domain of addresses without one; empty if none may be
   */
  static Command read(String argument, Optional<String> bareDomain) {
    PathReader reader = PathReader.open(argument, "FROM:");
    if (reader == null) {
      return new Command.Malformed(Replies.BAD_SENDER);
    }
    if (reader.peek() == '@') {
      return new Command.Malformed(Replies.SOURCE_ROUTE);
    }
    if (reader.skip('>')) {
      return new MailArgument().command(new ReversePath.Null(), reader.rest());
    }
    Optional<EmailAddress> sender = reader.mailbox(bareDomain);
    if (sender.isEmpty() || !reader.skip('>')) {
      return new Command.Malformed(Replies.BAD_SENDER);
    }
    return new MailArgument().command(new ReversePath.Address(sender.get()), reader.rest());
  }

  private Command command(ReversePath from, String parameters) {
    if (!parameters.isEmpty() && parameters.charAt(0) != ' ') {
      return new Command.Malformed(Replies.BAD_SENDER);
    }
    SmtpReply wrong = EsmtpParameters.read(parameters, this::take);
    if (wrong != null) {
      return new Command.Malformed(wrong);
    }
    if (!smtpUtf8 && !CommandParser.isAscii(from.text())) {
      return new Command.Malformed(Replies.NEEDS_SMTPUTF8);
    }
    return new Command.Mail(from, Math.max(size, 0), eightBit, smtpUtf8, submitter, asked());
  }

  private MailParameters asked() {
    return returned == Return.UNSAID && envid.isEmpty() && !requireTls
        ? MailParameters.NONE
        : new MailParameters(returned, envid, requireTls);
  }

  private @Nullable SmtpReply take(String keyword, @Nullable String value) {
    return switch (keyword) {
      case "SIZE" -> EsmtpParameters.reply(value != null && size(value));
      case "BODY" -> EsmtpParameters.reply(value != null && body(value));
      case "SMTPUTF8" -> EsmtpParameters.reply(value == null && utf8());
      case "RET" -> EsmtpParameters.reply(value != null && ret(value));
      case "ENVID" -> EsmtpParameters.reply(value != null && envid(value));
      case "AUTH" -> EsmtpParameters.reply(value != null && submitter(value));
      case "REQUIRETLS" -> EsmtpParameters.reply(value == null && requireTls());
      default -> Replies.UNKNOWN_PARAMETER;
    };
  }

  private boolean size(String value) {
    boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (size >= 0 || value.isEmpty() || value.length() > SIZE_DIGITS_MAX || !digits) {
      return false;
    }
    size = value.length() > 18 ? Long.MAX_VALUE : Long.parseLong(value);
    return true;
  }

  private boolean body(String value) {
    boolean again = body;
    body = true;
    eightBit = value.equalsIgnoreCase("8BITMIME");
    return !again && (eightBit || value.equalsIgnoreCase("7BIT"));
  }

  private boolean utf8() {
    boolean again = smtpUtf8;
    smtpUtf8 = true;
    return !again;
  }

  private boolean requireTls() {
    boolean again = requireTls;
    requireTls = true;
    return !again;
  }

  /** An address or {@code <>}, in xtext (RFC 4954, section 5). */
  private boolean submitter(String value) {
    boolean again = submitter;
    submitter = true;
    return !again && DsnSyntax.isXtext(value);
  }

  private boolean ret(String value) {
    boolean again = returned != Return.UNSAID;
    returned = DsnSyntax.ret(value).orElse(Return.UNSAID);
    return !again && returned != Return.UNSAID;
  }

  private boolean envid(String value) {
    boolean again = !envid.isEmpty();
    envid = DsnSyntax.envid(value).orElse("");
    return !again && !envid.isEmpty();
  }
}
