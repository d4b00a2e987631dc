package postbus.ingress;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.Client;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;
import postbus.site.Site;

/**
 * The part of a session that is about mails: MAIL, RCPT, DATA (RFC 5321, section 3.3) and BDAT (RFC
 * 3030). It decides their order, the limits of a mail, and who is asked about recipients.
 *
 * <p>Guarantee: whatever ends a mail, also a refusal of its content, forgets its sender and its
 * recipients, so that no mail goes on with what was meant for another. The octets of a chunk are
 * read as such whatever the reply is; where they are too many for that, the session ends.
 */
final class MailDialogue {
  private final Site site;
  private final SessionLimits limits;
  private final Capacity capacity;
  private final Harvest harvest;
  private @Nullable Client client;
  private boolean esmtp;
  private @Nullable Transaction transaction;
  private Command.@Nullable Mail proposed;
  private Command.@Nullable Rcpt asked;
  private SmtpReply afterChunk = Replies.MAIL_FIRST;

  /**
   * @param capacity asked at each MAIL
   */
  MailDialogue(Site site, Capacity capacity) {
    this.site = site;
    this.limits = site.sessions();
    this.capacity = capacity;
    this.harvest = new Harvest(limits.manners());
  }

  /** EHLO or HELO: the client says its name, and what it began is forgotten. */
  void greetedBy(Client client, boolean esmtp) {
    this.client = client;
    this.esmtp = esmtp;
    this.transaction = null;
  }

  /** The client has logged in, and is somebody else from here on. */
  void heldBy(Client client) {
    this.client = client;
  }

  /** What he called himself; empty if he did not. */
  String helo() {
    return client == null ? "" : client.helo();
  }

  /** Whether the client said EHLO. */
  boolean isExtended() {
    return esmtp;
  }

  /** What the client said does not count any more, not even its name. */
  void forget() {
    client = null;
    esmtp = false;
    transaction = null;
  }

  /** RSET. */
  void reset() {
    transaction = null;
  }

  /** Whether a sender has been named, and his mail has not ended. */
  boolean isBegun() {
    return transaction != null;
  }

  /** Whether a part of a content has been taken, and the rest is to come. */
  boolean isGathering() {
    return transaction != null && transaction.hasChunks();
  }

  Step mail(Command.Mail mail) {
    if (client == null) {
      return say(Replies.HELLO_FIRST);
    }
    if (transaction != null) {
      return say(Replies.MAIL_BEFORE);
    }
    if (mail.asked().requireTls() && client.tls().isEmpty()) {
      return say(Replies.UNKNOWN_PARAMETER);
    }
    if (mail.size() > limits.sizeMax()) {
      return say(Replies.CONTENT_TOO_BIG);
    }
    Optional<SmtpReply> full = capacity.refusal(client.trusted());
    if (full.isPresent()) {
      return say(full.get());
    }
    Optional<SenderQuestion> question = SenderQuestion.of(client, site.submission(), mail.from());
    if (question.isPresent()) {
      proposed = mail;
      return new Step.AskSender(question.get());
    }
    return begin(mail, client);
  }

  private Step begin(Command.Mail mail, Client client) {
    transaction = new Transaction(mail, client);
    return say(Replies.SENDER_OK);
  }

  /** The answer whether the sender that was asked about may be used. */
  Step onSenderAnswer(SmtpReply reply) {
    return reply.isPositive() && proposed != null && client != null
        ? begin(proposed, client)
        : say(reply);
  }

  Step rcpt(Command.Rcpt rcpt) {
    if (transaction == null || client == null) {
      return say(Replies.MAIL_FIRST);
    }
    if (transaction.hasChunks()) {
      return say(Replies.CHUNKS_BEGUN);
    }
    if (!transaction.mail().smtpUtf8() && !CommandParser.isAscii(rcpt.to().toString())) {
      return say(Replies.NEEDS_SMTPUTF8);
    }
    if (transaction.has(rcpt.to())) {
      return say(Replies.RECIPIENT_OK);
    }
    if (transaction.recipients() >= limits.recipientsMax()) {
      return say(Replies.TOO_MANY_RECIPIENTS);
    }
    if (client.trusted() && client.account().isEmpty()) {
      transaction.add(rcpt);
      return say(Replies.RECIPIENT_OK);
    }
    asked = rcpt;
    return new Step.AskRecipient(
        new RecipientQuestion(client, transaction.mail().from(), rcpt.to()));
  }

  /** The answer about the recipient that was asked about. */
  Step onRecipientAnswer(SmtpReply reply) {
    if (reply.isPositive() && transaction != null && asked != null) {
      transaction.add(asked);
    }
    SmtpReply said = harvest.isOneTooMany(reply) ? Replies.GUESSING : reply;
    return new Step.Say(said, said.code() == 421);
  }

  Step data() {
    SmtpReply wrong = isGathering() ? Replies.CHUNKS_BEGUN : notReady();
    if (wrong != null) {
      transaction = null;
      return say(wrong);
    }
    return Objects.requireNonNull(transaction).beginData();
  }

  Step bdat(Command.Bdat chunk) {
    SmtpReply wrong = notReady();
    if (wrong == null && chunk.octets() > limits.sizeMax() - octets()) {
      wrong = Replies.CONTENT_TOO_BIG;
    }
    return wrong == null ? Objects.requireNonNull(transaction).begin(chunk) : refuse(chunk, wrong);
  }

  /** A chunk that is not taken; its octets are no commands. */
  Step refuse(Command.Bdat chunk, SmtpReply why) {
    transaction = null;
    if (chunk.octets() > ContentReader.skippedMax(limits)) {
      return new Step.Say(Replies.CHUNK_TOO_BIG, true);
    }
    afterChunk = why;
    return new Step.SkipChunk(chunk.octets());
  }

  private long octets() {
    return transaction == null ? 0 : transaction.octets();
  }

  /** Why no content may come now, if so. */
  private @Nullable SmtpReply notReady() {
    if (transaction == null) {
      return Replies.MAIL_FIRST;
    }
    return transaction.recipients() == 0 ? Replies.NO_RECIPIENTS : null;
  }

  /** The octets of a {@link Step.SkipChunk} have passed. */
  Step onChunkSkipped() {
    return say(afterChunk);
  }

  /** The octets of a {@link Step.ReadChunk} that was not the last; or why they are not taken. */
  Step onChunk(Optional<SmtpReply> refusal) {
    if (refusal.isPresent()) {
      transaction = null;
    }
    return say(refusal.orElse(Replies.CHUNK_OK));
  }

  /** The content after a {@link Step.BeginContent}, or after the last {@link Step.ReadChunk}. */
  Step onContentEnd(Content content) {
    Transaction ended = Objects.requireNonNull(transaction);
    transaction = null;
    return switch (content) {
      case Content.Refused(SmtpReply reply) -> say(reply);
      case Content.Received received -> submit(ended, received, Objects.requireNonNull(client));
    };
  }

  private Step submit(Transaction ended, Content.Received received, Client client) {
    return new Step.Submit(
        ended.envelope(received, client, esmtp, site),
        ended.header().flatMap(header -> SenderQuestion.of(client, site.submission(), header)));
  }

  private static Step say(SmtpReply reply) {
    return new Step.Say(reply, false);
  }
}
