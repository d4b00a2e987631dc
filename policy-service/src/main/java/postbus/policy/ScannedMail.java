package postbus.policy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import postbus.content.Removals;
import postbus.content.Source;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.ReversePath;

/**
 * A mail as scanners see it: as it would leave, with our Received field on top, so that their rules
 * know the client, and below {@code X-Envelope-From}, as Exim has it. Streamed from the record or
 * the content store.
 *
 * @param size octets, at most
 */
record ScannedMail(Envelope envelope, long size, Source octets) {

  static ScannedMail of(Mail mail, Bounces.Contents contents) {
    Envelope envelope = mail.envelope();
    StringBuilder head = new StringBuilder(512);
    if (envelope.reversePath() instanceof ReversePath.Address sender) {
      head.append(new HeaderField("X-Envelope-From", "<" + sender.text() + ">"));
    }
    envelope.added().forEach(head::append);
    byte[] fields = head.toString().getBytes(StandardCharsets.UTF_8);
    Source content = Removals.without(envelope.edits().removed(), content(mail, contents));
    return new ScannedMail(
        envelope,
        fields.length + envelope.body().size(),
        () -> new SequenceInputStream(new ByteArrayInputStream(fields), content.open()));
  }

  /** As the client sent it; what the record holds is not copied. */
  static Source content(Mail mail, Bounces.Contents contents) {
    return mail.envelope().body().stored().isPresent()
        ? () -> contents.open(mail)
        : Source.of(mail.content());
  }

  void writeTo(OutputStream out) throws IOException {
    try (InputStream in = octets.open()) {
      in.transferTo(out);
    }
  }
}
