package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import postbus.imap.MailboxWay.Tried;
import postbus.mail.Cause;
import postbus.mail.EmailAddress;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Scope;

class SharingTest {
  private final Suspects suspects = new Suspects();

  @Test
  void asManyShareATransactionAsMay() {
    assertThat(sizes(3, 10, 0)).containsExactly(3);
    assertThat(sizes(25, 10, 0)).containsExactly(10, 10, 5);
    assertThat(sizes(3, 1, 0)).containsExactly(1, 1, 1);
    assertThat(sizes(1, 1, 0)).containsExactly(1);
  }

  @Test
  void whatIsTriedAgainIsTriedAlone() {
    assertThat(sizes(3, 10, 1)).containsExactly(1, 1, 1);
    assertThat(sizes(1, 10, 1)).containsExactly(1);
  }

  @Test
  void aSuspectIsAlone() {
    Outcome lost = new Outcome.Deferred(Scope.SESSION, Cause.ours("DATA", 451, "4.4.2", "lost"));
    suspects.note(List.of(new Tried(recipients(1).getFirst(), lost)));
    assertThat(sizes(3, 10, 0)).containsExactly(2, 1);
    assertThat(sizes(1, 10, 0)).containsExactly(1);
  }

  @Test
  void aMailToVeryManyHasFewPartsAtOnceAndEndsInShares() {
    assertThat(sizes(10_000, 1, 0)).hasSize(Sharing.PARTS_MAX).containsOnly(625);
    assertThat(sizes(625, 1, 0)).hasSize(Sharing.PARTS_MAX);
    assertThat(sizes(17, 1, 0)).containsExactly(2, 2, 2, 2, 2, 2, 2, 2, 1);
    assertThat(sizes(2, 1, 0)).containsExactly(1, 1);
  }

  private List<Integer> sizes(int recipients, int recipientsMax, int attempts) {
    List<Recipient> all = recipients(recipients);
    List<List<Recipient>> parts = new Sharing(suspects, recipientsMax).parts(all, attempts);
    assertThat(parts.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(all);
    return parts.stream().map(List::size).toList();
  }

  private static List<Recipient> recipients(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Recipient.of(EmailAddress.of("user" + i + "@example.org")))
        .toList();
  }
}
