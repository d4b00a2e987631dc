package postbus.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;

/**
 * Decides the octets of a mail as they leave: our fields, then the content as the client sent it,
 * less the fields that were removed ({@link Removals}), with as little else changed as can be, then
 * signed. A mail of seven bits, or for a server that takes eight, with short lines that all end
 * with CRLF is looked at once and leaves as it is. Otherwise:
 *
 * <ul>
 *   <li>A CR or LF that stands alone becomes CRLF ({@link LineEnds}).
 *   <li>A line in the header that is no field begins the body: an empty line goes before it.
 *   <li>Overlong lines of the header are folded at white space; one without any stays.
 *   <li>A part of the body with overlong lines or NUL octets is put into quoted-printable if it is
 *       text, else base64. It stays as it is, overlong, if it is signed or encrypted (RFC 1847), if
 *       the MIME structure is broken, or if the mail carries a DKIM-Signature: to break the line
 *       (as Postfix does) would break the signature, and most servers take longer lines.
 *   <li>For a server without 8BITMIME each part with octets above 127 is encoded likewise, and the
 *       fields of what encloses it say 7bit. A mail without MIME fields is then labelled {@code
 *       charset=unknown-8bit} (RFC 1428), as Sendmail does. If such octets are in a header, in a
 *       signed or encrypted part or outside of the MIME structure, the mail is {@link Form.Unfit}.
 *   <li>A NUL in the header stays.
 * </ul>
 *
 * <p>Contents of any size are streamed; the header and a few kilobytes are held in memory. Not for
 * use by several threads at once.
 */
public final class OutgoingContent {
  private final byte[] added;
  private final Source content;
  private final DkimSigners signers;

  /**
   * A mail about to leave.
   *
   * @param edits our fields, and which of the content's stay behind
   * @param content as the client sent it
   * @param signers {@link DkimSigners#NONE} to sign with none
   */
  public OutgoingContent(HeaderEdits edits, Source content, DkimSigners signers) {
    this.added = octets(edits.added());
    this.content = Removals.without(edits.removed(), content);
    this.signers = signers;
  }

  /** A mail about to leave with these fields on top. */
  public OutgoingContent(List<HeaderField> added, Source content, DkimSigners signers) {
    this(new HeaderEdits(added, List.of()), content, signers);
  }

  /**
   * The mail for one kind of server. All of it is read, several times if much must be done.
   *
   * @param eightBit whether the server takes octets above 127 (8BITMIME, RFC 6152)
   * @throws IOException if the content cannot be read now
   */
  public Form as(boolean eightBit) throws IOException {
    Facts facts = Scan.of(added, content);
    Source mail = Octets.before(added, content);
    if (!facts.fits(eightBit)) {
      if (facts.headerEightBit() && !eightBit) {
        return new Form.Unfit("its header has octets above 127");
      }
      Source even = facts.looseEnds() ? evenEnds() : mail;
      Plan plan = Conversion.of(even, added.length, eightBit);
      mail = plan.edits().isEmpty() ? even : edited(even, plan.edits());
      facts = Scan.of(new byte[0], mail);
      if (facts.eightBit() && !eightBit) {
        Optional<String> why = plan.obstacle();
        return new Form.Unfit(why.orElse("its MIME structure is broken"));
      }
    }
    byte[] signatures = octets(signers.sign(mail, Instant.now()));
    return new Form.Ready(
        signatures.length + facts.size(), Octets.before(signatures, mail), facts.eightBit());
  }

  /**
   * The mail for mailboxes, which hold lines of any length and any octets: line ends are all that
   * is mended, as they would end the mail for who takes a CR or LF for one.
   *
   * @throws IOException if the content cannot be read now
   */
  public Form.Ready forMailboxes() throws IOException {
    Facts facts = Scan.of(added, content);
    Source mail = Octets.before(added, content);
    if (facts.looseEnds()) {
      mail = evenEnds();
      facts = Scan.of(new byte[0], mail);
    }
    return new Form.Ready(facts.size(), mail, facts.eightBit());
  }

  private Source evenEnds() {
    return Octets.before(added, () -> new LineEnds(content.open()));
  }

  private static Source edited(Source mail, List<Edit> edits) {
    return () -> new EditedStream(mail.open(), edits);
  }

  private static byte[] octets(List<HeaderField> fields) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    fields.forEach(field -> octets.writeBytes(field.toString().getBytes(StandardCharsets.UTF_8)));
    return octets.toByteArray();
  }
}
