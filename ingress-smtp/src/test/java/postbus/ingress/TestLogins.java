package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import postbus.ingress.LoginAnswer.Away;
import postbus.ingress.LoginAnswer.MayNotLogIn;
import postbus.ingress.LoginAnswer.Welcome;
import postbus.ingress.LoginAnswer.WrongPassword;

/** Everybody's password is "secret"; the names say what comes of it. */
final class TestLogins implements Logins {

  @Override
  public LoginAnswer ask(LoginQuestion question) {
    String name = question.credentials().name();
    if (!new String(question.credentials().password(), UTF_8).equals("secret")) {
      return new WrongPassword();
    }
    return switch (name) {
      case "closed@example.org" -> new MayNotLogIn();
      case "away@example.org" -> new Away("as the test wants it");
      case "broken@example.org" -> throw new IllegalStateException("as the test wants it");
      default -> new Welcome(name);
    };
  }

  /** What PLAIN says; {@code |} stands for NUL. */
  static String plain(String message) {
    return base64(message.replace('|', '\0'));
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
