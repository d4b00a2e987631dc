package postbus.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import postbus.content.Removals;
import postbus.content.Source;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.HeaderEdits;
import postbus.mail.Removal;
import postbus.mail.Verdict;

/**
 * What an outsider's mail says in fields that only our own checks write is left out of it: filters
 * behind us believe them. The first check, so that the fields of all others stay.
 */
final class ForgedFields implements ContentCheck {
  /** What the checks of this service say, beside Authentication-Results. */
  private static final List<String> OURS =
      List.of("X-Spam-Score", "X-Spam-Report", "X-Spam-Scanned", "X-Virus-Scanned", Listed.FIELD);

  private final List<Removal> ours;
  private final Bounces.Contents contents;

  /**
   * @param hostname whose word an Authentication-Results field would be (RFC 8601, section 5)
   */
  ForgedFields(String hostname, Bounces.Contents contents) {
    Stream<Removal> results = Stream.of(new Removal("Authentication-Results", hostname));
    this.ours = Stream.concat(OURS.stream().map(Removal::of), results).toList();
    this.contents = contents;
  }

  @Override
  public Verdict on(Mail mail) {
    Source content = ScannedMail.content(mail, contents);
    try {
      return new Verdict.Accept(new HeaderEdits(List.of(), Removals.met(ours, content)));
    } catch (IOException e) {
      throw new UncheckedIOException("the content of " + mail.envelope().id(), e);
    }
  }
}
