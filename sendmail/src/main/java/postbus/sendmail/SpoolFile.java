package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.RecipientParameters.Notify;

/**
 * A mail as a file of the spool: lines that name its envelope, an empty line, its content. Anybody
 * on this machine may have written it.
 *
 * @param refusal why nobody takes it; empty while it waits
 */
record SpoolFile(Submission mail, String refusal) {
  /** Octets of the largest file: a content, and many recipients. */
  static final int OCTETS_MAX = Draft.OCTETS_MAX + (4 << 20);

  private static final String VERSION = "postbus-sendmail 1";

  /** What the octets of a file come to. */
  sealed interface Read {
    record Whole(SpoolFile file) implements Read {}

    /** It is no mail, or not all of it. */
    record Broken(String why) implements Read {}
  }

  /** A mail that waits. */
  static SpoolFile of(Submission mail) {
    return new SpoolFile(mail, "");
  }

  /** All but the content. */
  byte[] envelope() {
    StringBuilder lines = new StringBuilder(VERSION).append('\n');
    line(lines, "sender", mail.sender());
    mail.recipients().forEach(recipient -> line(lines, "recipient", recipient));
    line(lines, "body", mail.eightBit() ? "8BITMIME" : "7BIT");
    line(
        lines,
        "notify",
        mail.notices().stream().map(Notify::name).sorted().collect(Collectors.joining(",")));
    line(lines, "return", mail.parameters().returned().name());
    line(lines, "envid", mail.parameters().envid());
    line(lines, "octets", Integer.toString(mail.content().length));
    line(lines, "refused", refusal.replaceAll("\\p{Cntrl}", " "));
    return lines.append('\n').toString().getBytes(UTF_8);
  }

  private static void line(StringBuilder lines, String name, String value) {
    if (!value.isEmpty()) {
      lines.append(name).append(' ').append(value).append('\n');
    }
  }

  static Read read(byte[] octets) {
    int end = envelopeEnd(octets);
    String[] lines = new String(octets, 0, end, UTF_8).split("\n");
    if (lines.length == 0 || !lines[0].equals(VERSION)) {
      return new Read.Broken("it does not begin with " + VERSION);
    }
    Reader reader =
        new Reader(Arrays.copyOfRange(octets, Math.min(end + 1, octets.length), octets.length));
    for (String line : List.of(lines).subList(1, lines.length)) {
      int space = line.indexOf(' ');
      if (space < 0
          || line.chars().anyMatch(Character::isISOControl)
          || !reader.set(line.substring(0, space), line.substring(space + 1))) {
        return new Read.Broken("a line of the envelope is not understood: " + line);
      }
    }
    return reader.file();
  }

  /** Where the empty line is. */
  private static int envelopeEnd(byte[] octets) {
    for (int i = 1; i < octets.length; i++) {
      if (octets[i] == '\n' && octets[i - 1] == '\n') {
        return i;
      }
    }
    return octets.length;
  }

  /** Takes line for line. */
  private static final class Reader {
    private final byte[] content;
    private final List<String> recipients = new ArrayList<>();
    private final Set<Notify> notices = EnumSet.noneOf(Notify.class);
    private String sender = "";
    private String envid = "";
    private String refusal = "";
    private Return returned = Return.UNSAID;
    private boolean eightBit;
    private @Nullable Integer octets;

    Reader(byte[] content) {
      this.content = content;
    }

    boolean set(String name, String value) {
      try {
        switch (name) {
          case "sender" -> sender = value;
          case "recipient" -> recipients.add(value);
          case "body" -> eightBit = value.equals("8BITMIME");
          case "notify" -> List.of(value.split(",")).forEach(n -> notices.add(Notify.valueOf(n)));
          case "return" -> returned = Return.valueOf(value);
          case "envid" -> envid = value;
          case "octets" -> octets = Integer.valueOf(value);
          case "refused" -> refusal = value;
          default -> {
            return false;
          }
        }
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    Read file() {
      if (recipients.isEmpty()) {
        return new Read.Broken("it has no recipient");
      }
      if (octets == null || octets != content.length) {
        return new Read.Broken("it has " + content.length + " octets of " + octets);
      }
      boolean isOnlyNever = !notices.contains(Notify.NEVER) || notices.size() == 1;
      if (!isOnlyNever || !isLines(content) || !envid.matches("[!-~]{0,300}")) {
        return new Read.Broken("its content is not made of lines, or its wishes are none");
      }
      MailParameters parameters = new MailParameters(returned, envid, false);
      Submission mail =
          new Submission(
              sender, List.copyOf(recipients), eightBit, Set.copyOf(notices), parameters, content);
      return new Read.Whole(new SpoolFile(mail, refusal));
    }

    /** Whether it consists of lines that end with CRLF, and has no other CR or LF. */
    private static boolean isLines(byte[] content) {
      boolean isAfterCr = false;
      for (byte octet : content) {
        if (isAfterCr != (octet == '\n')) {
          return false;
        }
        isAfterCr = octet == '\r';
      }
      return content.length > 1 && content[content.length - 1] == '\n';
    }
  }
}
