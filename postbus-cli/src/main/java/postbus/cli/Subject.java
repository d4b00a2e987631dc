package postbus.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.mail.EmailAddress;
import postbus.mail.Event;
import postbus.mail.MailId;

/** Whose story is told. */
sealed interface Subject {

  /** One mail. */
  record OneMail(MailId id) implements Subject {}

  /** All mails from or to an address. */
  record Correspondent(EmailAddress address) implements Subject {}

  /** Empty if the text is neither a mail id nor an address. */
  static Optional<Subject> parse(String text) {
    Optional<Subject> mail = MailId.parse(text.toLowerCase(Locale.ROOT)).map(OneMail::new);
    return mail.isPresent() ? mail : EmailAddress.parse(text).map(Correspondent::new);
  }

  /** Whether this event alone shows that its mail belongs to the story. */
  default boolean isOf(Event event) {
    return switch (this) {
      case OneMail(MailId id) -> id.equals(event.mail());
      case Correspondent(EmailAddress address) ->
          Stream.concat(Stream.of(event.sender()), event.recipients().stream())
              .flatMap(text -> EmailAddress.parse(text).stream())
              .anyMatch(other -> other.key().equals(address.key()));
    };
  }
}
