package postbus.auth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import postbus.auth.MailHeader;
import postbus.auth.Zone;
import postbus.dns.DnsRecords;

/** The keys that RFC 8463, appendix A, publishes, and mails signed with them. */
final class Signed {
  static final String DOMAIN = "football.example.com";
  static final String RSA_NAME = "test._domainkey." + DOMAIN;
  static final String ED25519_NAME = "brisbane._domainkey." + DOMAIN;
  static final String ED25519_SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
  static final String ED25519_KEY =
      "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  static final String RSA_P =
      "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bd"
          + "OKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5"
          + "QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

  private Signed() {}

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(Signed.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** DNS with both keys. */
  static Zone keys() {
    return new Zone().text(RSA_NAME, "v=DKIM1; k=rsa; p=" + RSA_P).text(ED25519_NAME, ED25519_KEY);
  }

  /** What becomes of the only signature of a mail. */
  static Dkim.Outcome one(String mail, DnsRecords dns) {
    List<Dkim.Outcome> outcomes = verify(mail, dns);
    assertThat(outcomes).hasSize(1);
    return outcomes.getFirst();
  }

  static List<Dkim.Outcome> verify(String mail, DnsRecords dns) {
    return verify(mail.getBytes(StandardCharsets.ISO_8859_1), dns);
  }

  static List<Dkim.Outcome> verify(byte[] mail, DnsRecords dns) {
    try {
      BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(mail));
      return Dkim.verify(MailHeader.read(in), in, dns, Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
