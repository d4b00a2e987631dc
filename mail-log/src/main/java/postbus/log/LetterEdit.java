package postbus.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/**
 * What an operator changes in the envelope of a dead letter.
 *
 * @param recipients each as {@code OLD=NEW}; an address may hold {@code =} itself
 * @param sender the new sender, {@code <>} for none; null if he stays
 */
public record LetterEdit(List<String> recipients, @Nullable String sender) {
  /** A path without its angle brackets, in octets (RFC 5321, section 4.5.3.1.3). */
  private static final int ADDRESS_MAX = 254;

  /** RFC 5321, section 4.1.2, and RFC 6531; dots anywhere in a local part, as in sessions. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "([A-Za-z0-9!#$%&'*+/=?^_`{|}~.\\x80-\\uffff-]+|\"(\\\\[ -~]|[ !#-\\[\\]-~])*\")"
              + "@([A-Za-z0-9_\\x80-\\uffff-]{1,63}(\\.[A-Za-z0-9_\\x80-\\uffff-]{1,63})*"
              + "|\\[[0-9A-Za-z:.]+\\])");

  /** What comes of it. */
  sealed interface Edited {}

  record Good(Envelope envelope, String changes) implements Edited {}

  record Bad(String why) implements Edited {}

  public LetterEdit {
    recipients = List.copyOf(recipients);
  }

  Edited of(Envelope before) {
    Envelope envelope = before;
    List<String> changes = new ArrayList<>();
    for (String change : recipients) {
      Envelope now = envelope;
      Optional<Recipient> old =
          now.recipients().stream()
              .filter(recipient -> change.startsWith(recipient.address() + "="))
              .findFirst();
      if (old.isEmpty()) {
        String known =
            String.join(", ", now.recipients().stream().map(r -> r.address().toString()).toList());
        return new Bad("expected OLD=NEW with OLD of " + known + ", found " + change);
      }
      String wanted = change.substring(old.get().address().toString().length() + 1);
      Optional<EmailAddress> address = address(wanted, now);
      if (address.isEmpty()) {
        return new Bad(notAnAddress(wanted));
      }
      envelope = now.to(replaced(now, old.get(), old.get().redirectedTo(address.get())));
      changes.add("recipient " + old.get().address() + " is now " + address.get());
    }
    if (sender != null) {
      Optional<ReversePath> path = path(sender, envelope);
      if (path.isEmpty()) {
        return new Bad(notAnAddress(sender));
      }
      changes.add("sender " + envelope.reversePath() + " is now " + path.get());
      envelope = envelope.from(path.get());
    }
    return new Good(envelope, String.join(", ", changes));
  }

  /** One who is a recipient already gets it once. */
  private static List<Recipient> replaced(Envelope envelope, Recipient old, Recipient by) {
    List<Recipient> all = new ArrayList<>();
    for (Recipient recipient : envelope.recipients()) {
      Recipient now = recipient.equals(old) ? by : recipient;
      if (all.stream().noneMatch(r -> r.address().equals(now.address()))) {
        all.add(now);
      }
    }
    return all;
  }

  private static Optional<ReversePath> path(String text, Envelope envelope) {
    return text.isEmpty() || text.equals("<>")
        ? Optional.of(new ReversePath.Null())
        : address(text, envelope).map(ReversePath.Address::new);
  }

  /** An address that a mail can be sent to. */
  static Optional<EmailAddress> address(String text, Envelope envelope) {
    boolean fits =
        text.getBytes(StandardCharsets.UTF_8).length <= ADDRESS_MAX
            && ADDRESS.matcher(text).matches()
            && (envelope.body().smtpUtf8() || text.chars().allMatch(c -> c < 0x80));
    return fits ? EmailAddress.parse(text) : Optional.empty();
  }

  static String notAnAddress(String text) {
    return "expected local-part@domain, found " + text;
  }
}
