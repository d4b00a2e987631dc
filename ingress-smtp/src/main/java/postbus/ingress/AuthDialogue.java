package postbus.ingress;

import java.util.Arrays;
import java.util.Optional;
import postbus.mail.SmtpReply;

/**
 * The exchange of one AUTH (RFC 4954): the mechanisms PLAIN (RFC 4616) and LOGIN, which nobody ever
 * wrote down as an RFC, but which old clients speak. It decides whether AUTH may be said now, and
 * gathers a name and a password; whether they are right is asked.
 *
 * <p>Guarantee: nothing is taken for a password that did not come in TLS. What it has read of
 * passwords it has wiped.
 */
final class AuthDialogue {
  private enum Expecting {
    NAME_AND_PASSWORD,
    NAME,
    PASSWORD
  }

  private final Visitor visitor;
  private final SessionTls tls;
  private final MailDialogue mails;
  private Expecting expecting = Expecting.NAME_AND_PASSWORD;
  private byte[] name = {};

  /**
   * @param visitor who wants to log in
   */
  AuthDialogue(Visitor visitor, SessionTls tls, MailDialogue mails) {
    this.visitor = visitor;
    this.tls = tls;
    this.mails = mails;
  }

  /** Why no mail may be begun yet, or not with these words. */
  Optional<Step> refusal(Command.Mail mail) {
    if (visitor.hasToLogIn()) {
      return Optional.of(say(Replies.LOGIN_FIRST));
    }
    boolean isOffered = visitor.isAskedIn() && tls.isOn();
    return mail.namesSubmitter() && !isOffered
        ? Optional.of(say(Replies.UNKNOWN_PARAMETER))
        : Optional.empty();
  }

  /** AUTH, with an initial response or without. */
  Step begin(Command.Auth auth) {
    Optional<Step> refusal = refusal(auth);
    if (refusal.isPresent()) {
      auth.initial().ifPresent(SaslResponse::wipe);
      return refusal.get();
    }
    return auth.initial().map(this::onResponse).orElseGet(this::challenge);
  }

  private Optional<Step> refusal(Command.Auth auth) {
    if (!visitor.isAskedIn()) {
      return Optional.of(say(Replies.NOT_OFFERED));
    }
    if (!tls.isOn()) {
      return Optional.of(say(Replies.LOGIN_NEEDS_TLS));
    }
    if (visitor.isLoggedIn()) {
      return Optional.of(say(Replies.LOGGED_IN_BEFORE));
    }
    if (!mails.isExtended()) {
      return Optional.of(say(Replies.HELLO_FIRST));
    }
    if (mails.isBegun()) {
      return Optional.of(say(Replies.MAIL_BEFORE));
    }
    switch (auth.mechanism()) {
      case "PLAIN" -> expecting = Expecting.NAME_AND_PASSWORD;
      case "LOGIN" -> expecting = Expecting.NAME;
      default -> {
        return Optional.of(say(Replies.UNKNOWN_MECHANISM));
      }
    }
    return Optional.empty();
  }

  /** What the client says to a {@link Step.Challenge}, or said with AUTH. */
  Step onResponse(SaslResponse response) {
    return switch (response) {
      case SaslResponse.Octets octets -> onOctets(octets.octets());
      case SaslResponse.Cancelled _ -> say(Replies.LOGIN_CANCELLED);
      case SaslResponse.Malformed(SmtpReply reply, boolean close) -> new Step.Say(reply, close);
    };
  }

  private Step challenge() {
    return new Step.Challenge(
        switch (expecting) {
          case NAME_AND_PASSWORD -> Replies.GO_ON;
          case NAME -> Replies.NAME_WANTED;
          case PASSWORD -> Replies.PASSWORD_WANTED;
        });
  }

  private Step onOctets(byte[] octets) {
    return switch (expecting) {
      case NAME_AND_PASSWORD -> plain(octets);
      case NAME -> {
        name = octets;
        expecting = Expecting.PASSWORD;
        yield challenge();
      }
      case PASSWORD -> ask(Credentials.of(name, octets));
    };
  }

  /** {@code [authzid] NUL authcid NUL password}: nobody acts in another's name. */
  private Step plain(byte[] octets) {
    int first = Credentials.indexOfNul(octets, 0);
    int second = first < 0 ? -1 : Credentials.indexOfNul(octets, first + 1);
    if (second < 0) {
      Arrays.fill(octets, (byte) 0);
      return say(Replies.BAD_CREDENTIALS);
    }
    byte[] identity = Arrays.copyOf(octets, first);
    byte[] who = Arrays.copyOfRange(octets, first + 1, second);
    byte[] password = Arrays.copyOfRange(octets, second + 1, octets.length);
    Arrays.fill(octets, (byte) 0);
    if (identity.length > 0 && !Arrays.equals(identity, who)) {
      Arrays.fill(password, (byte) 0);
      return say(Replies.LOGIN_FAILED);
    }
    return ask(Credentials.of(who, password));
  }

  private Step ask(Optional<Credentials> credentials) {
    return credentials
        .<Step>map(given -> new Step.AskLogin(new LoginQuestion(visitor.address(), given)))
        .orElse(say(Replies.BAD_CREDENTIALS));
  }

  /** Who is welcome is somebody else from now on, whom his mails will name. */
  Step onAnswer(LoginAnswer answer) {
    return say(
        switch (answer) {
          case LoginAnswer.Welcome(String account) -> {
            visitor.loggedIn(account);
            mails.heldBy(visitor.as(mails.helo(), tls.used()));
            yield Replies.LOGGED_IN;
          }
          case LoginAnswer.WrongPassword _, LoginAnswer.MayNotLogIn _ -> Replies.LOGIN_FAILED;
          case LoginAnswer.Away _ -> Replies.LOGIN_AWAY;
        });
  }

  private static Step say(SmtpReply reply) {
    return new Step.Say(reply, false);
  }
}
