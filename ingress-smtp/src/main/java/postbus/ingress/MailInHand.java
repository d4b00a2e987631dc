package postbus.ingress;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import postbus.log.Mail;
import postbus.mail.Envelope;
import postbus.mail.SmtpReply;

/**
 * The mail of a {@link Conversation} from the first octet of its content to what becomes of it:
 * reads the content as it comes, watches its pace, and submits it.
 *
 * <p>On the connection's event loop. Whatever ends the mail, the memory of its content is given
 * back.
 */
final class MailInHand {
  private final Conversation conversation;
  private final InputBuffer input;
  private final Services services;
  private final ListenerMeters meters;
  private final DataRate rate;
  private final Contents contents;
  private long dot;
  private @Nullable CompletableFuture<SmtpReply> submission;

  MailInHand(
      Conversation conversation, InputBuffer input, Services services, ListenerMeters meters) {
    this.conversation = conversation;
    this.input = input;
    this.services = services;
    this.meters = meters;
    this.rate = new DataRate(services.site().sessions().manners(), System::nanoTime);
    this.contents = new Contents(services.site().sessions(), services.memory(), services.store());
  }

  /** Whether the next octets are no command. */
  boolean isReading() {
    return contents.isReading();
  }

  /** The next octets are a content up to its final dot. */
  void beginData(Step.BeginContent content) {
    contents.beginData(content);
  }

  /** The next octets are a chunk; an empty one is there already. */
  void beginChunk(Step.ReadChunk chunk) {
    contents.beginChunk(chunk);
    if (chunk.octets() == 0) {
      read();
    }
  }

  /** The next octets are a chunk that nobody wants. */
  void skipChunk(long octets) {
    contents.skipChunk(octets);
    if (octets == 0) {
      read();
    }
  }

  /** Reads what is there of the content. */
  void read() {
    int before = input.size();
    Contents.Progress progress = contents.read(input);
    rate.took(before - input.size());
    switch (progress) {
      case MORE -> {}
      case CHUNK -> {
        Optional<SmtpReply> refusal = contents.refusal();
        refusal.ifPresent(reply -> meters.replied(reply, System.nanoTime()));
        conversation.act(session -> session.onChunk(refusal));
        if (!isGathering()) {
          contents.discardChunks();
        }
      }
      case SKIPPED_CHUNK -> conversation.act(SmtpSession::onChunkSkipped);
      case WHOLE -> onContentEnd();
      case ENDLESS -> conversation.end(Replies.WILL_NOT_END);
    }
  }

  private void onContentEnd() {
    dot = System.nanoTime();
    if (contents.finishBlocks()) {
      conversation.await(
          CompletableFuture.supplyAsync(contents::finish, Thread::startVirtualThread),
          this::onFinished);
    } else {
      onFinished(contents.finish());
    }
  }

  private void onFinished(Content finished) {
    if (finished instanceof Content.Refused(SmtpReply reply)) {
      meters.replied(reply, dot);
    }
    conversation.act(session -> session.onContentEnd(finished));
  }

  /** The content is whole: the intake decides what becomes of the mail. */
  void submit(Step.Submit whole) {
    Mail mail = new Mail(whole.envelope(), contents.inline());
    submission =
        whole
            .author()
            .map(question -> asked(question, mail))
            .orElseGet(() -> services.intake().take(mail));
    conversation.await(submission, reply -> onReply(whole.envelope(), reply));
  }

  /** Once this is cancelled, an answer that comes submits nothing. */
  private CompletableFuture<SmtpReply> asked(SenderQuestion author, Mail mail) {
    return services
        .senders()
        .ask(author)
        .thenCompose(reply ->
            reply.isPositive()
                ? services.intake().take(mail)
                : CompletableFuture.completedFuture(reply));
  }

  private void onReply(Envelope envelope, SmtpReply reply) {
    giveBack();
    meters.replied(reply, dot);
    conversation.act(session -> {
      if (reply.isPositive()) {
        meters.took(envelope.body().size());
        services.greetingPause().knows(session.client());
      }
      return session.onSubmitted(reply);
    });
  }

  /** A command was done. Chunks are kept, and their pace is watched, as long as their mail is. */
  void onCommand() {
    if (!isGathering()) {
      rate.rest();
      contents.discardChunks();
    }
  }

  private boolean isGathering() {
    return conversation.session().isGathering();
  }

  /**
   * Whether the content comes in too slowly.
   *
   * @param clientsTurn whether nothing but the client is waited for
   */
  boolean isTooSlow(boolean clientsTurn) {
    return rate.isTooLow(clientsTurn && (contents.isReading() || isGathering()));
  }

  /** It has come of the mail what will. */
  void giveBack() {
    submission = null;
    contents.discard();
  }

  /**
   * The connection is gone; the mail is given back, unless the log has it.
   *
   * @param busy whether an answer is awaited yet; what is held is given back when it comes
   */
  void onGone(boolean busy) {
    if (submission != null) {
      submission.cancel(false);
    } else if (!busy) {
      contents.discard();
    }
  }
}
