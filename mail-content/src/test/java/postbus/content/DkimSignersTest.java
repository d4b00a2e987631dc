package postbus.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import postbus.mail.EmailAddress;
import postbus.mail.HeaderField;

class DkimSignersTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_528_637_909);

  @Test
  void mailOfTheDomainAndOfThoseBelowIsSignedWithAllItsKeys() throws Exception {
    DkimSigners signers = Keys.both();
    assertThat(signers.of(EmailAddress.of("joe@football.example.com"))).hasSize(2);
    assertThat(signers.of(EmailAddress.of("joe@Teams.FOOTBALL.example.com"))).hasSize(2);
    assertThat(signers.of(EmailAddress.of("joe@example.com"))).isEmpty();
    assertThat(signers.of(EmailAddress.of("joe@xfootball.example.com"))).isEmpty();
  }

  @Test
  void theNearestDomainSigns() throws Exception {
    DkimSigner near = new DkimSigner("a.example.com", "s", Keys.rsa());
    DkimSigner far = new DkimSigner("example.com", "s", Keys.rsa());
    assertThat(new DkimSigners(List.of(far, near)).of(EmailAddress.of("x@b.a.example.com")))
        .containsExactly(near);
  }

  @Test
  void theSignatureSaysWhatItIsOf() throws Exception {
    String mail =
        Mails.lines(
            "Received: by x",
            "From: joe@football.example.com",
            "To: suzie@shopping.example.net",
            "List-Id: <fans>",
            "List-;forged: x",
            "X-Other: y",
            "",
            "Hi.");
    List<HeaderField> signatures = signed(mail);
    assertThat(signatures).hasSize(2);
    assertThat(signatures.getFirst().toString())
        .startsWith(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=football.example.com;\r\n"
                + "\ts=test; t=1528637909;\r\n\th=from:from:to:list-id;\r\n\tbh=")
        .endsWith("\r\n")
        .satisfies(field -> assertThat(field.lines()).allMatch(line -> line.length() <= 78));
    assertThat(signatures.getLast().body()).contains("a=ed25519-sha256", "s=brisbane");
  }

  @Test
  void whoseAuthorIsNotCertainIsNotSigned() throws Exception {
    String ours = "From: joe@football.example.com";
    assertThat(signed(Mails.lines("To: x@y", "", "Hi."))).isEmpty();
    assertThat(signed(Mails.lines(ours, ours, "", "Hi."))).isEmpty();
    assertThat(signed(Mails.lines(ours + ", eve@example.net", "", "Hi."))).isEmpty();
    assertThat(signed(Mails.lines("From: joe@example.net", "", "Hi."))).isEmpty();
    for (String odd :
        List.of(
            "",
            "joe",
            "<>",
            "fans: joe@football.example.com;",
            "\"joe@football.example.com\" <eve@example.net>",
            "<joe@football.example.com> <eve@example.net>",
            "eve@example.net (joe@football.example.com)",
            "<@example.net:joe@football.example.com>",
            "joe@football.example.com eve@example.net",
            "\"unfinished <joe@football.example.com>")) {
      assertThat(signed(Mails.lines("From: " + odd, "", "Hi."))).as(odd).isEmpty();
    }
  }

  @Test
  void anAuthorMayBeWrittenInManyWays() throws Exception {
    for (String author :
        List.of(
            "joe@football.example.com",
            "<joe@Football.Example.COM>",
            "Joe <joe@football.example.com>",
            "\"SixPack, Joe <x>\" <joe@football.example.com> (comment, (nested) \\) <x>)",
            "=?utf-8?q?Jos=C3=A9?=\r\n <joe@football.example.com>",
            "\"joe@home\"@football.example.com",
            "joe@teams.football.example.com (Joe)")) {
      assertThat(signed(Mails.lines("From: " + author, "", "Hi."))).as(author).hasSize(2);
    }
  }

  @Test
  void anEndlessHeaderIsNotSigned() throws Exception {
    String from = "From: joe@football.example.com\r\n";
    assertThat(signed(from + "X: y\r\n".repeat(HeaderFields.HEADER_MAX / 6 + 1))).isEmpty();
  }

  private static List<HeaderField> signed(String mail) throws Exception {
    return Keys.both().sign(Source.of(Mails.octets(mail)), NOW);
  }
}
