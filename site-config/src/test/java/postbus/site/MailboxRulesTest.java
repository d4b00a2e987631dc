package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.NextHop.Host;
import postbus.site.MailboxRules.Lda;
import postbus.site.MailboxRules.Lmtp;
import postbus.site.MailboxRules.Maildir;

/** The section mailboxes. */
class MailboxRulesTest {
  @TempDir private Path folder;
  private SiteFolder site = new SiteFolder(Path.of(""));

  @BeforeEach
  void aGoodSite() {
    site = SiteFolder.in(folder);
  }

  @Test
  void aSiteThatSaysNothingHasMaildirs() throws InvalidSite {
    assertThat(SiteReader.read(folder).mailboxes()).isEqualTo(MailboxRules.DEFAULT);
    site.add("mailboxes: {lmtp: 127.0.0.1:24}\n");
    assertThat(SiteReader.read(folder).mailboxes().way()).isEqualTo(new Maildir());
  }

  @Test
  void anLmtpServerIsNamedByAddressOrSocket() throws InvalidSite {
    site.add("mailboxes: {deliver-by: lmtp, lmtp: 127.0.0.1:24, lmtp-connections-max: 4}\n");
    assertThat(SiteReader.read(folder).mailboxes().way())
        .isEqualTo(
            new Lmtp(
                new Place.Tcp(new Host("127.0.0.1", 24)),
                4,
                1,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2)));
    site.change("127.0.0.1:24", "/run/dovecot/lmtp");
    assertThat(SiteReader.read(folder).mailboxes().way())
        .isInstanceOfSatisfying(
            Lmtp.class,
            lmtp ->
                assertThat(lmtp.place()).isEqualTo(new Place.Socket(Path.of("/run/dovecot/lmtp"))));
  }

  @Test
  void theProgramIsDovecots() throws InvalidSite {
    site.add("mailboxes: {deliver-by: lda}\n");
    assertThat(SiteReader.read(folder).mailboxes().way())
        .isEqualTo(
            new Lda(Path.of("/usr/lib/dovecot/dovecot-lda"), "vmail", Duration.ofMinutes(1), 10));
  }

  @Test
  void aQuotaIsASizeOrNone() throws InvalidSite {
    site.add("mailboxes: {quota: 2G, over-quota-lifetime: 3d}\n");
    MailboxRules rules = SiteReader.read(folder).mailboxes();
    assertThat(rules.quotaOctets()).hasValue(2L << 30);
    assertThat(rules.overQuotaLifetime()).isEqualTo(Duration.ofDays(3));
    site.change("2G", "none");
    assertThat(SiteReader.read(folder).mailboxes().quotaOctets()).hasValue(0);
    site.change("quota: none, ", "");
    assertThat(SiteReader.read(folder).mailboxes().quotaOctets()).isEmpty();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {deliver-by: imap}                 | "imap", expected maildir, lmtp or lda
          {deliver-by: lmtp}                 | postbus.yaml:28: mailboxes.deliver-by is lmtp, and there is no
          {deliver-by: lmtp, lmtp: mail}     | mailboxes.lmtp is "mail", expected host:port, or the absolute
          {deliver-by: lmtp, lmtp: }         | mailboxes.lmtp has no value, expected host:port
          {lda: dovecot-lda}                 | mailboxes.lda is "dovecot-lda", expected the absolute path
          {lda: /bin/lda -d}                 | mailboxes.lda is "/bin/lda -d", expected the absolute path
          {lda-user: root}                   | mailboxes.lda-user is "root", expected a user of this host
          {lda-wait: 10ms}                   | mailboxes.lda-wait is "10ms", expected a duration from 1s
          {lmtp-connections-max: 0}          | expected a number from 1 to 1000
          {lmtp-recipients-max: 101}         | expected a number from 1 to 100
          {quota: 512}                       | mailboxes.quota is "512", expected a size from 1K to 1024G, or none
          {quota: 0}                         | mailboxes.quota is "0", expected a size from 1K to 1024G, or none
          {over-quota-lifetime: 31d}         | expected a duration from 1m to 30d
          {lmtp-waits: 3s}                   | unknown key "lmtp-waits" in mailboxes
          """)
  void aMistakeIsNamed(String lines, String problem) {
    site.add("mailboxes: " + lines + "\n");
    assertThat(site.problems()).anySatisfy(found -> assertThat(found).contains(problem));
  }
}
