package postbus.router;

import java.util.Set;
import java.util.stream.Collectors;
import postbus.mail.EmailAddress;
import postbus.mail.ReversePath;
import postbus.router.Candidate.Submission;
import postbus.site.RoutingRules.WikiMail;

/**
 * Mass mail of the wikis leaves by a pool of its own, so that a server that blocks it does not
 * block regular mail: sent by one of the wikis' senders, through their listener, to a domain that
 * is not handled here. All three decide; otherwise it goes as any other mail.
 */
final class WikiMailRouter implements AddressRouter {
  private final Set<String> senders;
  private final String listener;
  private final AddressRouter remote;

  /**
   * @param remote routes by the pool of wiki mail, and declines domains that are handled here
   */
  WikiMailRouter(WikiMail rule, AddressRouter remote) {
    senders =
        rule.senders().stream()
            .map(sender -> EmailAddress.of(sender).key())
            .collect(Collectors.toUnmodifiableSet());
    listener = rule.listener();
    this.remote = remote;
  }

  @Override
  public Decision decide(Candidate candidate) {
    return isWikiMail(candidate.submission()) ? remote.decide(candidate) : new Decision.Decline();
  }

  @Override
  public String name(EmailAddress address) {
    return "wiki-mail";
  }

  private boolean isWikiMail(Submission submission) {
    return submission.listener().equals(listener)
        && switch (submission.sender()) {
          case ReversePath.Address(EmailAddress sender) -> senders.contains(sender.key());
          case ReversePath.Null() -> false;
        };
  }
}
