package postbus.imap;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;

/**
 * What the file of one mail in one mailbox is called: {@code <epoch seconds of receipt>.<mail
 * id>.<first 16 hex digits of the SHA-256 of the recipient>,S=<octets of the file>}. All of it
 * follows from the mail, so that the same mail for the same recipient has the same name wherever
 * and however often it is delivered.
 *
 * <p>The size is there for those who sum a mailbox up, who need not ask the file system then:
 * Dovecot and Courier do so. A reader adds {@code :2,<flags>}. Earlier releases wrote no size.
 */
final class MailName {
  private static final Pattern OURS_IN_TMP =
      Pattern.compile("(?:\\d+\\.[0-9a-z]{26}\\.[0-9a-f]{16}|maildirsize)\\.[0-9a-f-]{36}");

  private final String base;

  MailName(Envelope envelope, EmailAddress recipient) {
    base =
        envelope.id().madeAt().getEpochSecond()
            + "."
            + envelope.id()
            + "."
            + digest(recipient.key());
  }

  /** The name without a size, as earlier releases wrote it. */
  String withoutSize() {
    return base;
  }

  String of(long octets) {
    return base + ",S=" + octets;
  }

  /** Whether a file is this mail, whatever its reader or another release has added. */
  boolean isOf(String fileName) {
    return fileName.startsWith(base)
        && (fileName.length() == base.length()
            || ":,".indexOf(fileName.charAt(base.length())) >= 0);
  }

  /** A name in tmp that no other writer has, not even one of the same mail. */
  String unfinished() {
    return unfinished(base);
  }

  /** The same for a file of the mailbox's own. */
  static String unfinished(String name) {
    return name + "." + UUID.randomUUID();
  }

  /** Whether this process or a former one wrote it in tmp; what others leave there is theirs. */
  static boolean isUnfinished(String fileName) {
    return OURS_IN_TMP.matcher(fileName).matches();
  }

  private static String digest(String text) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
