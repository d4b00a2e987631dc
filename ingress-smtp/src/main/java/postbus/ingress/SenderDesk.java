package postbus.ingress;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.site.DomainList;
import postbus.site.LiveFiles;
import postbus.site.Site;
import postbus.site.alias.AddressOwners;

/**
 * Answers in whose name people write, from the site's files, off the event loop and for a limited
 * time. Each session asks one question at a time, so the sessions' bound is the questions' bound.
 */
@Singleton
final class SenderDesk {
  private static final Logger LOG = Logger.getLogger(SenderDesk.class);

  private final Optional<DomainList> localDomains;
  private final LiveFiles files;
  private final AddressOwners owners;
  private final TimeLimit<SmtpReply> limit;

  @Inject
  SenderDesk(Site site, LiveFiles files) {
    this.localDomains = Optional.ofNullable(site.domainLists().get(DomainList.LOCAL));
    this.files = files;
    this.owners = new AddressOwners(site.folder(), files);
    this.limit = new TimeLimit<>(Replies.SENDER_UNKNOWABLE, site.sessions().recipientWait());
  }

  /** Completes with 250, the question's refusal, or 451; never exceptionally. */
  CompletableFuture<SmtpReply> ask(SenderQuestion question) {
    CompletableFuture<SmtpReply> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> answer.complete(reply(question)));
    return limit.on(answer);
  }

  private SmtpReply reply(SenderQuestion question) {
    SmtpReply reply = found(question);
    if (!reply.isPositive()) {
      LOG.infof(
          "%s may not write as %s: %s",
          question.account(), question.address().map(Object::toString).orElse("nobody"), reply);
    }
    return reply;
  }

  private SmtpReply found(SenderQuestion question) {
    try {
      return question.address().map(address -> reply(question, address)).orElse(question.refusal());
    } catch (UncheckedIOException e) {
      return Replies.SENDER_UNKNOWABLE;
    } catch (RuntimeException e) {
      LOG.errorf(e, "who may write as %s", question.address());
      return Replies.SENDER_UNKNOWABLE;
    }
  }

  private SmtpReply reply(SenderQuestion question, EmailAddress address) {
    return switch (question.names()) {
      case ANY -> Replies.OK;
      case LOCAL_DOMAINS ->
          localDomains.filter(list -> files.contains(list, address.domain())).isPresent()
              ? Replies.OK
              : question.refusal();
      case OWN ->
          EmailAddress.parse(question.account())
              .map(account -> owners.answer(address, account))
              .map(answer ->
                  switch (answer) {
                    case OWN -> Replies.OK;
                    case FOREIGN -> question.refusal();
                    case UNKNOWN -> Replies.SENDER_UNKNOWABLE;
                  })
              .orElse(question.refusal());
    };
  }
}
