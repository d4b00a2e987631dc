package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;

/**
 * What Dovecot's auth service says: lines of fields that TABs part, the first of which is a word.
 * Words that are not known are skipped, as its protocol wants it.
 */
final class DovecotReplies {
  /** Octets of a line; Dovecot's own bound. */
  static final int LINE_MAX = 16 << 10;

  /** Lines before the answer; there are some ten. */
  static final int LINES_MAX = 200;

  private static final Set<String> TROUBLE = Set.of("temp", "code=temp_fail");
  private static final Set<String> CLOSED =
      Set.of(
          "authz",
          "user_disabled",
          "pass_expired",
          "code=authz_fail",
          "code=user_disabled",
          "code=pass_expired");

  private final ReadableByteChannel channel;
  private final Optional<String> domain;
  private final ByteBuffer input = ByteBuffer.allocate(LINE_MAX);
  private int lines;

  /**
   * @param domain of users that Dovecot names without one
   */
  DovecotReplies(ReadableByteChannel channel, Optional<String> domain) {
    this.channel = channel;
    this.domain = domain;
    input.flip();
  }

  /** Empty when Dovecot is ready to be asked by PLAIN. */
  Optional<LoginAnswer> handshake() throws IOException {
    boolean isOfOurVersion = false;
    boolean hasPlain = false;
    List<String> line = line();
    while (!line.getFirst().equals("DONE")) {
      isOfOurVersion |= line.getFirst().equals("VERSION") && field(line, 1).equals("1");
      hasPlain |= line.getFirst().equals("MECH") && field(line, 1).equals("PLAIN");
      line = line();
    }
    if (!isOfOurVersion) {
      return away("Dovecot speaks another version of its protocol");
    }
    return hasPlain ? Optional.empty() : away("Dovecot does not offer PLAIN (auth_mechanisms)");
  }

  /** The answer to the one question of this connection. */
  LoginAnswer answer() throws IOException {
    List<String> line = line();
    while (!Set.of("OK", "FAIL", "CONT").contains(line.getFirst())) {
      line = line();
    }
    if (!field(line, 1).equals("1")) {
      return new LoginAnswer.Away("Dovecot answered another question");
    }
    return switch (line.getFirst()) {
      case "OK" -> welcome(line);
      case "FAIL" -> refusal(line);
      default -> new LoginAnswer.Away("Dovecot wants more than PLAIN has");
    };
  }

  private LoginAnswer welcome(List<String> line) {
    if (line.stream().anyMatch(each -> each.equals("nologin") || each.startsWith("nologin="))) {
      return new LoginAnswer.MayNotLogIn();
    }
    String user =
        line.stream()
            .filter(field -> field.startsWith("user="))
            .map(field -> unescaped(field.substring("user=".length())))
            .findFirst()
            .orElse("");
    String qualified =
        user.indexOf('@') < 0 && domain.isPresent() ? user + "@" + domain.get() : user;
    return EmailAddress.parse(qualified)
        .filter(_ -> qualified.chars().noneMatch(c -> c <= ' ' || Character.isISOControl(c)))
        .<LoginAnswer>map(address -> new LoginAnswer.Welcome(address.toString()))
        .orElse(
            new LoginAnswer.Away("Dovecot names users without a domain, expected login.domain"));
  }

  private static LoginAnswer refusal(List<String> line) {
    if (line.stream().anyMatch(TROUBLE::contains)) {
      return new LoginAnswer.Away("Dovecot has trouble of its own; its log says which");
    }
    return line.stream().anyMatch(CLOSED::contains)
        ? new LoginAnswer.MayNotLogIn()
        : new LoginAnswer.WrongPassword();
  }

  private static Optional<LoginAnswer> away(String why) {
    return Optional.of(new LoginAnswer.Away(why));
  }

  private static String field(List<String> line, int index) {
    return index < line.size() ? line.get(index) : "";
  }

  /** The octet 1 stands before the letters of those that a field cannot hold. */
  private static String unescaped(String field) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      boolean isEscape = c == 1 && i + 1 < field.length();
      plain.append(isEscape ? meaning(field.charAt(++i)) : c);
    }
    return plain.toString();
  }

  private static char meaning(char escaped) {
    return switch (escaped) {
      case '0' -> 0;
      case '1' -> 1;
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'l' -> '\n';
      default -> escaped;
    };
  }

  private List<String> line() throws IOException {
    if (++lines > LINES_MAX) {
      throw new IOException("more lines than expected");
    }
    String line = buffered();
    while (line == null) {
      input.compact();
      if (!input.hasRemaining()) {
        throw new IOException("a line too long");
      }
      if (channel.read(input) < 0) {
        throw new EOFException("it hung up");
      }
      input.flip();
      line = buffered();
    }
    return Arrays.asList(line.split("\t", -1));
  }

  private @Nullable String buffered() {
    for (int i = input.position(); i < input.limit(); i++) {
      if (input.get(i) == '\n') {
        byte[] line = new byte[i - input.position()];
        input.get(line).get();
        return new String(line, UTF_8);
      }
    }
    return null;
  }
}
