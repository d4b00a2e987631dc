package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import postbus.mail.EmailAddress;
import postbus.mail.Event;
import postbus.mail.Recipient;

/** What {@link Bounces} adds to a follow-up. */
final class Reported implements FollowUp {
  final List<Mail> mails = new ArrayList<>();
  final List<Event> events = new ArrayList<>();
  final List<String> deadLetters = new ArrayList<>();

  @Override
  public FollowUp mail(String topic, String key, Mail mail) {
    assertThat(topic).isEqualTo(Topics.REINJECTED);
    assertThat(key).isEqualTo(mail.envelope().id().toString());
    mails.add(mail);
    return this;
  }

  @Override
  public FollowUp event(Event event) {
    events.add(event);
    return this;
  }

  @Override
  public FollowUp retry(String topic, String key, Mail mail, Instant due) {
    throw new AssertionError("a failure for good is not retried");
  }

  @Override
  public FollowUp deadLetter(String key, Mail mail, String reason) {
    List<EmailAddress> who =
        mail.envelope().recipients().stream().map(Recipient::original).toList();
    deadLetters.add(key + " " + who + " " + reason);
    return this;
  }

  @Override
  public FollowUp quarantine(String key, Mail mail, String reason) {
    throw new AssertionError("policy alone holds back");
  }
}
