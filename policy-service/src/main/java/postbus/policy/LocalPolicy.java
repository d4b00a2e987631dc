package postbus.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import postbus.log.ContentPolicy;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.AddressVerifier;
import postbus.mail.RecipientPolicy;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Site;

/** The policy of this process, for those who ask in the same JVM. */
@ApplicationScoped
public class LocalPolicy implements RecipientPolicy, ContentPolicy {
  private final Policy policy;

  LocalPolicy(Policy policy) {
    this.policy = policy;
  }

  @Override
  public SmtpReply onRecipient(RecipientQuestion question) {
    return policy.onRecipient(question);
  }

  @Override
  public Verdict judge(Mail mail) {
    return policy.judge(mail);
  }

  /** The one policy that all edges of this service share. */
  @Produces
  @Singleton
  static Policy policy(
      Site site,
      AddressVerifier verifier,
      ClientLists lists,
      GreylistBook greylist,
      ContentStore contents) {
    return new Policy(site, verifier, lists, greylist, contents::open);
  }

  @Produces
  @Singleton
  static ClientLists lists(Site site) {
    return ClientLists.of(site);
  }
}
