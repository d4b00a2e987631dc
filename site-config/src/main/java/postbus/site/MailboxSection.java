package postbus.site;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import postbus.site.MailboxRules.Lda;
import postbus.site.MailboxRules.Lmtp;
import postbus.site.MailboxRules.Maildir;
import postbus.site.MailboxRules.Way;

/** Reads the section {@code mailboxes}. */
final class MailboxSection {
  private static final Path LDA = Path.of("/usr/lib/dovecot/dovecot-lda");
  private static final Duration WAIT_LEAST = ofMillis(100);
  private static final Duration WAIT_MOST = ofHours(1);

  private static final long QUOTA_LEAST = 1 << 10;
  private static final long QUOTA_MOST = 1L << 40;

  private enum DeliverBy {
    MAILDIR,
    LMTP,
    LDA
  }

  private MailboxSection() {}

  static MailboxRules read(Section in) {
    MailboxRules otherwise = MailboxRules.DEFAULT;
    DeliverBy by =
        in.value("deliver-by", "maildir, lmtp or lda", "maildir", MailboxSection::deliverBy)
            .orElse(DeliverBy.MAILDIR);
    Optional<Lmtp> lmtp = lmtp(in, by == DeliverBy.LMTP);
    Lda lda = lda(in);
    Way way =
        switch (by) {
          case MAILDIR -> new Maildir();
          case LMTP -> lmtp.<Way>map(found -> found).orElseGet(Maildir::new);
          case LDA -> lda;
        };
    return new MailboxRules(
        way,
        quota(in),
        in.time("over-quota-lifetime", otherwise.overQuotaLifetime(), ofMinutes(1), ofDays(30)));
  }

  /** Empty if it has no place; that is a mistake where it is needed. */
  private static Optional<Lmtp> lmtp(Section in, boolean isNeeded) {
    Optional<Place> place = in.value("lmtp", Place.FORM, Setting.NONE, Place::parse);
    if (isNeeded && !in.has("lmtp")) {
      in.wrong("deliver-by", "is lmtp, and there is no mailboxes.lmtp, expected " + Place.FORM);
    }
    int connectionsMax = in.count("lmtp-connections-max", 10, 1, 1000);
    int recipientsMax = in.count("lmtp-recipients-max", 1, 1, 100);
    Duration idleWait = in.time("lmtp-idle-wait", ofSeconds(30), WAIT_LEAST, WAIT_MOST);
    Duration connectWait = in.time("lmtp-connect-wait", ofSeconds(5), WAIT_LEAST, ofMinutes(5));
    Duration commandWait = in.time("lmtp-command-wait", ofSeconds(30), WAIT_LEAST, WAIT_MOST);
    Duration finalDotWait = in.time("lmtp-final-dot-wait", ofMinutes(2), WAIT_LEAST, WAIT_MOST);
    return place.map(where ->
        new Lmtp(
            where,
            connectionsMax,
            recipientsMax,
            idleWait,
            connectWait,
            commandWait,
            finalDotWait));
  }

  private static Lda lda(Section in) {
    Path program =
        in.value("lda", Pipes.COMMAND_EXPECTED, LDA.toString(), Pipes::command).orElse(LDA);
    String user = in.value("lda-user", Pipes.USER_EXPECTED, "vmail", Pipes::user).orElse("vmail");
    return new Lda(
        program,
        user,
        in.time("lda-wait", ofMinutes(1), ofSeconds(1), WAIT_MOST),
        in.count("lda-at-once-max", 10, 1, 100));
  }

  private static OptionalLong quota(Section in) {
    String expected =
        "a size from " + Notation.print(QUOTA_LEAST) + " to " + Notation.print(QUOTA_MOST);
    return in.value(
            "quota", expected + ", or none", "what the mailbox says", MailboxSection::octets)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /** Zero: no limit. */
  private static Optional<Long> octets(String text) {
    return text.equals("none")
        ? Optional.of(0L)
        : Notation.size(text).filter(octets -> octets >= QUOTA_LEAST && octets <= QUOTA_MOST);
  }

  private static Optional<DeliverBy> deliverBy(String text) {
    return switch (text) {
      case "maildir" -> Optional.of(DeliverBy.MAILDIR);
      case "lmtp" -> Optional.of(DeliverBy.LMTP);
      case "lda" -> Optional.of(DeliverBy.LDA);
      default -> Optional.empty();
    };
  }
}
