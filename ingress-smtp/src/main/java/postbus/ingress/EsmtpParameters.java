package postbus.ingress;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import postbus.mail.SmtpReply;

/** Parts the parameters of MAIL and RCPT (RFC 5321, section 4.1.2). */
final class EsmtpParameters {
  private EsmtpParameters() {}

  /** Takes a parameter, or says what is wrong with it. */
  interface Taker {
    /**
     * @param keyword in upper case
     * @param value null if there is no {@code =}
     */
    @Nullable SmtpReply take(String keyword, @Nullable String value);
  }

  /** Gives the parameters away, up to the first that is not taken; says why not, or null. */
  static @Nullable SmtpReply read(String text, Taker taker) {
    int at = 0;
    while (at < text.length()) {
      int space = text.indexOf(' ', at);
      int end = space < 0 ? text.length() : space;
      SmtpReply wrong = at == end ? null : read(text, at, end, taker);
      if (wrong != null) {
        return wrong;
      }
      at = end + 1;
    }
    return null;
  }

  private static @Nullable SmtpReply read(String text, int at, int end, Taker taker) {
    int equals = text.indexOf('=', at);
    boolean hasValue = equals >= 0 && equals < end;
    String keyword = text.substring(at, hasValue ? equals : end).toUpperCase(Locale.ROOT);
    return taker.take(keyword, hasValue ? text.substring(equals + 1, end) : null);
  }

  /** Nothing where the parameter is right. */
  static @Nullable SmtpReply reply(boolean isRight) {
    return isRight ? null : Replies.BAD_PARAMETER;
  }
}
