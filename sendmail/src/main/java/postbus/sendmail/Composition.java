package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import postbus.mail.MailId;
import postbus.sendmail.Draft.Field;
import postbus.sendmail.Request.Submit;

/**
 * Makes of what a user wrote a mail that can leave: its envelope; a header with Date, From and
 * Message-ID (RFC 5322, section 3.6) and without fields that are for {@code sendmail} alone, above
 * all Bcc; a Received field that says which user of this machine it came from.
 *
 * @param domain of users of this machine, and of ids
 */
record Composition(LocalUser user, String domain, ZonedDateTime now) {
  /** Fields that do not leave, as with Postfix: read here, or written by who delivers. */
  private static final Set<String> DROPPED =
      Set.of("bcc", "resent-bcc", "return-path", "content-length");

  private static final List<String> TO = List.of("to", "cc", "bcc");
  private static final List<String> RESENT_TO = List.of("resent-to", "resent-cc", "resent-bcc");

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

  private static final String SPECIALS = "()<>[]:;@\\,.\"";

  /** The mail; it has no recipients if nobody is named. */
  Submission of(Submit request, Draft draft) {
    String sender = request.sender().map(this::sender).orElse(user.name() + "@" + domain);
    Stream<String> inHeader =
        request.fromHeader() ? recipients(draft.fields()).stream() : Stream.empty();
    List<String> recipients =
        Stream.concat(
                request.recipients().stream().flatMap(list -> AddressList.of(list).stream()),
                inHeader)
            .distinct()
            .toList();
    return new Submission(
        sender,
        recipients,
        request.eightBit(),
        request.notices(),
        request.parameters(),
        content(draft, sender, request.fullName().orElse(user.fullName())));
  }

  /** A mail that was resent is for whom it was resent to (RFC 5322, section 3.6.6). */
  private static List<String> recipients(List<Field> fields) {
    boolean isResent = fields.stream().anyMatch(field -> RESENT_TO.contains(field.name()));
    List<String> counted = isResent ? RESENT_TO : TO;
    return fields.stream()
        .filter(field -> counted.contains(field.name()))
        .flatMap(field -> AddressList.of(field.value()).stream())
        .toList();
  }

  private String sender(String given) {
    List<String> addresses = AddressList.of(given);
    return addresses.isEmpty() ? "" : qualified(addresses.getFirst());
  }

  private String qualified(String address) {
    return address.indexOf('@') < 0 ? address + "@" + domain : address;
  }

  private byte[] content(Draft draft, String sender, String fullName) {
    ByteArrayOutputStream content = new ByteArrayOutputStream(draft.body().length + 4096);
    MailId id = MailId.next();
    List<String> added = new ArrayList<>();
    if (lacks(draft, "date")) {
      added.add("Date: " + DATE.format(now));
    }
    if (lacks(draft, "from")) {
      added.add("From: " + from(sender, fullName));
    }
    if (lacks(draft, "message-id")) {
      added.add("Message-ID: <" + id + "@" + domain + ">");
    }
    line(
        content,
        "Received: by %s (Postbus sendmail, from userid %d)\r\n\tid %s; %s"
            .formatted(domain, user.uid(), id, DATE.format(now)));
    draft.fields().stream()
        .filter(field -> !DROPPED.contains(field.name()))
        .forEach(field -> content.writeBytes(field.text()));
    added.forEach(field -> line(content, field));
    line(content, "");
    content.writeBytes(draft.body());
    return content.toByteArray();
  }

  private static boolean lacks(Draft draft, String name) {
    return draft.fields().stream().noneMatch(field -> field.name().equals(name));
  }

  private String from(String sender, String fullName) {
    String address = sender.isEmpty() ? "MAILER-DAEMON@" + domain : sender;
    String name = fullName.replaceAll("\\p{Cntrl}", " ").strip();
    if (name.isEmpty()) {
      return address;
    }
    if (!name.chars().allMatch(character -> character < 127)) {
      // RFC 2047, in one piece: names are short.
      return "=?UTF-8?B?%s?= <%s>"
          .formatted(Base64.getEncoder().encodeToString(name.getBytes(UTF_8)), address);
    }
    boolean isPlain = name.chars().noneMatch(character -> SPECIALS.indexOf(character) >= 0);
    String quoted = "\"" + name.replaceAll("([\\\\\"])", "\\\\$1") + "\"";
    return (isPlain ? name : quoted) + " <" + address + ">";
  }

  private static void line(ByteArrayOutputStream content, String line) {
    content.writeBytes((line + "\r\n").getBytes(UTF_8));
  }
}
