package postbus.ingress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.content.ArrivingHeader;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.site.Site;

/** A mail in the making, from its MAIL to the end of its content (RFC 5321, section 3.3). */
final class Transaction {
  private final Command.Mail mail;
  private final MailId id = MailId.next();
  private final Optional<ArrivingHeader> header;

  /** By caseful key: who is named twice gets one mail. */
  private final Map<String, Recipient> recipients = new LinkedHashMap<>();

  private boolean hasChunks;
  private long octets;

  Transaction(Command.Mail mail, Client client) {
    this.mail = mail;
    this.header = client.account().map(_ -> new ArrivingHeader(FixUps.LOOKED_FOR));
  }

  Command.Mail mail() {
    return mail;
  }

  /** What is to be noted of its header; empty if nobody wants to know. */
  Optional<ArrivingHeader> header() {
    return header;
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

  /** Its content begins. */
  Step beginData() {
    return new Step.BeginContent(Replies.GO_AHEAD, id, header);
  }

  /** A chunk of its content begins. */
  Step begin(Command.Bdat chunk) {
    hasChunks = true;
    octets += chunk.octets();
    return new Step.ReadChunk(id, header, chunk.octets(), chunk.isLast());
  }

  boolean hasChunks() {
    return hasChunks;
  }

  /** Octets of all its chunks. */
  long octets() {
    return octets;
  }

  /**
   * The envelope of the whole mail, with its trace above what was mended.
   *
   * @param esmtp whether the client said EHLO
   */
  Envelope envelope(Content.Received content, Client client, boolean esmtp, Site site) {
    String by = site.primaryHostname();
    Body body = new Body(content.size(), mail.eightBit(), mail.smtpUtf8(), content.stored());
    Envelope envelope =
        Envelope.begin(id, mail.from(), new ArrayList<>(recipients.values()), client, body);
    String protocol = mail.smtpUtf8() ? "UTF8SMTP" : esmtp ? "ESMTP" : "SMTP";
    HeaderField trace = ReceivedField.of(envelope, protocol, by, site.submission().hideClient());
    return envelope
        .with(mail.asked())
        .edited(header.map(seen -> FixUps.of(envelope, seen, by)).orElse(HeaderEdits.NONE))
        .adding(List.of(trace));
  }
}
