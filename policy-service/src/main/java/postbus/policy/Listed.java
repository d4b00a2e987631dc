package postbus.policy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import postbus.dns.Listing;
import postbus.mail.HeaderField;
import postbus.mail.SmtpReply;
import postbus.site.BlockList;
import postbus.site.BlockList.Action;

/**
 * What the lists together say of a client.
 *
 * @param accepted whether a list says that it is a good one; then the others do not count
 * @param refusal what its recipients are answered; empty if that is for other rules
 * @param marks fields that its mails get
 */
record Listed(boolean accepted, Optional<SmtpReply> refusal, List<HeaderField> marks) {
  /** The field that lists leave, one each. */
  static final String FIELD = "X-Listed-By";

  static final Listed NOWHERE = new Listed(false, Optional.empty(), List.of());
  static final Listed ACCEPTED = new Listed(true, Optional.empty(), List.of());

  Listed {
    marks = List.copyOf(marks);
  }

  /** One list that has the client. */
  record Entry(BlockList list, Listing.Listed listing) {}

  /**
   * @param entries in the order of the site; of two that refuse, the first is named
   */
  static Listed of(InetAddress client, List<Entry> entries) {
    if (entries.isEmpty()) {
      return NOWHERE;
    }
    if (entries.stream().anyMatch(entry -> entry.list().action() == Action.ACCEPT)) {
      return ACCEPTED;
    }
    List<HeaderField> marks = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.list().action() == Action.MARK) {
        String codes = String.join(" ", entry.listing().codes());
        marks.add(new HeaderField(FIELD, entry.list().zone() + " (" + codes + ")"));
      }
    }
    Optional<SmtpReply> refusal =
        reply(client, entries, Action.REFUSE).or(() -> reply(client, entries, Action.DEFER));
    return new Listed(false, refusal, marks);
  }

  private static Optional<SmtpReply> reply(InetAddress client, List<Entry> entries, Action action) {
    return entries.stream()
        .filter(entry -> entry.list().action() == action)
        .findFirst()
        .map(entry -> {
          String own = entry.list().text();
          String why = own.isEmpty() ? entry.listing().reason() : own;
          String text =
              "[%s] is listed by %s%s"
                  .formatted(
                      client.getHostAddress(),
                      entry.list().zone(),
                      why.isEmpty() ? "" : ": " + why);
          return action == Action.REFUSE
              ? SmtpReply.of(550, "5.7.1", text)
              : SmtpReply.of(450, "4.7.1", text);
        });
  }
}
