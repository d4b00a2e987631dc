package postbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import postbus.mail.EmailAddress;
import postbus.mail.HeaderField;

/**
 * Which signers sign which mail: all those of the domain of its From field, or else of the nearest
 * domain above it that has any, so that d= is always aligned with From in the sense of DMARC (RFC
 * 7489, section 3.1.1, relaxed). A mail without From, with several, or with several authors is not
 * signed.
 */
public final class DkimSigners {
  /** Signs nothing. */
  public static final DkimSigners NONE = new DkimSigners(List.of());

  private final List<DkimSigner> signers;

  /** Several of one domain are several signatures, such as RSA beside Ed25519. */
  public DkimSigners(List<DkimSigner> signers) {
    this.signers = List.copyOf(signers);
  }

  /** Those who sign mail from this address; none if it is not theirs. */
  public List<DkimSigner> of(EmailAddress from) {
    String domain = from.domain();
    while (!domain.isEmpty()) {
      String wanted = domain;
      List<DkimSigner> found = signers.stream().filter(s -> s.domain().equals(wanted)).toList();
      if (!found.isEmpty()) {
        return found;
      }
      int dot = domain.indexOf('.');
      domain = dot < 0 ? "" : domain.substring(dot + 1);
    }
    return List.of();
  }

  /**
   * The fields to put on top of a mail as it leaves; its lines end with CRLF. The mail is read only
   * as far as is needed.
   */
  List<HeaderField> sign(Source mail, Instant now) throws IOException {
    if (signers.isEmpty()) {
      return List.of();
    }
    try (InputStream in = mail.open()) {
      Lines lines = new Lines(in);
      Optional<HeaderFields> header = HeaderFields.read(lines);
      List<DkimSigner> wanted = header.flatMap(FromField::address).map(this::of).orElse(List.of());
      if (header.isEmpty() || wanted.isEmpty()) {
        return List.of();
      }
      BodyHash body = new BodyHash(Canonicalization.RELAXED);
      lines.rest(body);
      byte[] hash = body.hash();
      return wanted.stream().map(signer -> signer.sign(header.get(), hash, now)).toList();
    }
  }
}
