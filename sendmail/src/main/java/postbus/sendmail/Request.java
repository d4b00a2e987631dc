package postbus.sendmail;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import postbus.mail.MailParameters;
import postbus.mail.RecipientParameters.Notify;

/** What a command line asks for. */
sealed interface Request {

  /**
   * Submit the mail on standard input.
   *
   * @param recipients those named, addresses or lists of them
   * @param fromHeader whether those in the header count too ({@code -t})
   * @param sender the reverse-path as given, {@code <>} for none; empty for the user's own
   * @param fullName for a From field that is missing; empty for the user's own
   * @param dotIsText whether a line with a dot alone does not end the mail ({@code -i})
   * @param eightBit whether the body is declared 8BITMIME
   * @param verbose whether to say what the server said
   */
  record Submit(
      List<String> recipients,
      boolean fromHeader,
      Optional<String> sender,
      Optional<String> fullName,
      boolean dotIsText,
      boolean eightBit,
      Set<Notify> notices,
      MailParameters parameters,
      boolean verbose)
      implements Request {}

  /** Show what waits ({@code -bp}). */
  record ShowSpool() implements Request {}

  /** Submit what waits ({@code -q}). */
  record RunSpool() implements Request {}

  /** It is not understood, or not done here. */
  record Refused(String why) implements Request {}
}
