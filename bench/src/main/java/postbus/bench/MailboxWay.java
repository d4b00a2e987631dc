package postbus.bench;

import java.nio.file.Path;
import java.util.Locale;

/** How mails get into mailboxes: by whom in Postbus, by which of its agents in Postfix. */
enum MailboxWay {
  MAILDIR("Maildir / virtual"),
  LMTP("LMTP to Dovecot / lmtp"),
  LDA("dovecot-lda / pipe");

  /** Mails being handed over at the same time, in both. */
  static final int AT_ONCE = 20;

  private final String words;

  MailboxWay(String words) {
    this.words = words;
  }

  /** The section of Postbus's site. */
  String section(Dovecot dovecot) {
    return switch (this) {
      case MAILDIR -> "mailboxes: {deliver-by: maildir}\n";
      case LMTP ->
          "mailboxes: {deliver-by: lmtp, lmtp: \"127.0.0.1:%d\", lmtp-connections-max: %d}\n"
              .formatted(dovecot.lmtpPort(), AT_ONCE);
      case LDA ->
          "mailboxes: {deliver-by: lda, lda: %s, lda-user: %s, lda-at-once-max: %d}\n"
              .formatted(dovecot.lda(), Dovecot.USER, AT_ONCE);
    };
  }

  /** What Postfix has in its main.cf. */
  String settings(Dovecot dovecot, Path users, Path root) {
    String transport =
        switch (this) {
          case MAILDIR -> "virtual";
          case LMTP -> "lmtp:inet:127.0.0.1:" + dovecot.lmtpPort();
          case LDA -> "lda";
        };
    return """
    relay_domains =
    relayhost =
    virtual_mailbox_domains = %1$s
    virtual_mailbox_maps = texthash:%2$s
    virtual_mailbox_base = %3$s/mail/%1$s
    virtual_uid_maps = static:8
    virtual_gid_maps = static:8
    virtual_minimum_uid = 1
    virtual_mailbox_limit = 0
    virtual_transport = %4$s
    default_destination_concurrency_limit = %5$d
    lda_destination_recipient_limit = 1
    """
        .formatted(Relay.DOMAIN, users, root, transport, AT_ONCE);
  }

  /** What it has in its master.cf. */
  static String services(Dovecot dovecot) {
    return """
    virtual unix - n n - %1$d virtual
    lmtp unix - - n - %1$d lmtp
    lda unix - n n - %1$d pipe flags=DRhu user=%2$s argv=%3$s -d ${recipient} -f ${sender}
    """
        .formatted(AT_ONCE, Dovecot.USER, dovecot.lda());
  }

  @Override
  public String toString() {
    return words;
  }

  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }
}
