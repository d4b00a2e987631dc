package postbus.policy;

import java.time.Duration;
import java.util.List;
import postbus.log.Mail;
import postbus.mail.Verdict;

/** Mails of clients that a list has by which the site marks get a field that names it. */
record ListMark(ClientLists lists, Duration within) implements ContentCheck {

  @Override
  public Verdict on(Mail mail) {
    if (!lists.mark()) {
      return new Verdict.Accept(List.of());
    }
    return ClientAddress.of(mail.envelope().client())
        .flatMap(client -> lists.about(client, within))
        .map(listed -> new Verdict.Accept(listed.marks()))
        .orElse(new Verdict.Accept(List.of()));
  }
}
