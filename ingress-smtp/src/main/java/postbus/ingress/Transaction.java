package postbus.ingress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;

/** A mail in the making, from its MAIL to the end of its content (RFC 5321, section 3.3). */
final class Transaction {
  private final Command.Mail mail;
  private final MailId id = MailId.next();

  /** By caseful key: who is named twice gets one mail. */
  private final Map<String, Recipient> recipients = new LinkedHashMap<>();

  private boolean hasChunks;
  private long octets;

  Transaction(Command.Mail mail) {
    this.mail = mail;
  }

  Command.Mail mail() {
    return mail;
  }

  MailId id() {
    return id;
  }

  int recipients() {
    return recipients.size();
  }

  boolean has(EmailAddress recipient) {
    return recipients.containsKey(recipient.casefulKey());
  }

  void add(Command.Rcpt rcpt) {
    EmailAddress to = rcpt.to();
    recipients.put(to.casefulKey(), new Recipient(to, to, rcpt.asked()));
  }

  /** A chunk of its content begins. */
  Step begin(Command.Bdat chunk) {
    hasChunks = true;
    octets += chunk.octets();
    return new Step.ReadChunk(id, chunk.octets(), chunk.isLast());
  }

  boolean hasChunks() {
    return hasChunks;
  }

  /** Octets of all its chunks. */
  long octets() {
    return octets;
  }

  /**
   * The envelope of the whole mail, with its trace.
   *
   * @param esmtp whether the client said EHLO
   * @param by the name of this host
   */
  Envelope envelope(Content.Received content, Client client, boolean esmtp, String by) {
    Body body = new Body(content.size(), mail.eightBit(), mail.smtpUtf8(), content.stored());
    Envelope envelope =
        Envelope.begin(id, mail.from(), new ArrayList<>(recipients.values()), client, body);
    String protocol = mail.smtpUtf8() ? "UTF8SMTP" : esmtp ? "ESMTP" : "SMTP";
    return envelope.with(mail.asked()).adding(List.of(ReceivedField.of(envelope, protocol, by)));
  }
}
