package postbus.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ValuesTest {

  @Test
  void aMailIdIsReadBackFromItsShortForm() {
    MailId id = MailId.next();
    assertThat(id.toString()).hasSize(26).matches("[0-9a-hjkmnp-tv-z]+");
    assertThat(MailId.parse(id.toString())).contains(id);
    assertThat(MailId.parse(new MailId(-1, -1).toString())).contains(new MailId(-1, -1));
  }

  @Test
  void mailIdsSortByTimeInTextAndAsValues() {
    List<MailId> ids =
        Stream.of(5L, 1_000L, 1_700_000_000_000L).map(at -> MailId.of(at, -1, -1)).toList();
    assertThat(ids).isSorted();
    assertThat(ids.stream().map(MailId::toString).toList()).isSorted();
    assertThat(ids.get(2).madeAt().toEpochMilli()).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void whatIsNotAMailIdIsNone() {
    assertThat(
            Stream.of("", "x", "0".repeat(25), "u".repeat(26), "8" + "0".repeat(25), "A".repeat(26))
                .map(MailId::parse))
        .allMatch(Optional::isEmpty);
  }

  @Test
  void anAddressKeepsItsLocalPartAndComparesWithoutCaseAndQuotes() {
    EmailAddress address = EmailAddress.of("\"Mixed.Case\"@Example.ORG");
    assertThat(address).hasToString("\"Mixed.Case\"@example.org");
    assertThat(address.key()).isEqualTo(EmailAddress.of("mixed.case@example.org").key());
    assertThat(EmailAddress.of("\"a\\\"b@c\"@d.example").unquotedLocalPart()).isEqualTo("a\"b@c");
    assertThat(EmailAddress.of("\"a b\".\\c@d.example").key()).isEqualTo("a b.c@d.example");
    assertThat(EmailAddress.of("J\u00d6RG@d.example").key()).isEqualTo("j\u00d6rg@d.example");
    assertThat(EmailAddress.parse("@example.org")).isEmpty();
    assertThat(EmailAddress.parse("someone@")).isEmpty();
  }

  @Test
  void aReplyIsReadWithItsEnhancedStatus() {
    SmtpReply reply = SmtpReply.parse("550 5.1.1 no such user").orElseThrow();
    assertThat(reply.isPermanent()).isTrue();
    assertThat(reply.status()).contains(new EnhancedStatus(5, 1, 1));
    assertThat(reply).hasToString("550 5.1.1 no such user");
    assertThat(SmtpReply.parse("450 5.1.1 a status of another class is text"))
        .get()
        .extracting(SmtpReply::status)
        .isEqualTo(Optional.empty());
    assertThat(SmtpReply.parse("250")).get().hasToString("250");
    assertThat(SmtpReply.parse("hello")).isEmpty();
  }

  @Test
  void aHeaderFieldCannotSmuggleALine() {
    assertThat(new HeaderField("Received", "from a\r\n by b").toString())
        .isEqualTo("Received: from a\r\n by b\r\n");
    for (String body : List.of("a\r\nBcc: x", "a\nb", "a\rb", "a\r\n", "a\0b")) {
      assertThatThrownBy(() -> new HeaderField("X", body))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new HeaderField("X Y", "b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aContentReferenceCannotLeaveTheStore() {
    for (String name : List.of("", "..", "a/b", "../x", ".hidden", "a\0")) {
      assertThatThrownBy(() -> new ContentRef(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
