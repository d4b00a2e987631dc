package postbus.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import postbus.mail.AddressVerifier;
import postbus.mail.RecipientPolicy;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;
import postbus.site.Site;

/** The policy of this process, for those who ask about recipients in the same JVM. */
@ApplicationScoped
public class LocalPolicy implements RecipientPolicy {
  private final Policy policy;

  LocalPolicy(Policy policy) {
    this.policy = policy;
  }

  @Override
  public SmtpReply onRecipient(RecipientQuestion question) {
    return policy.onRecipient(question);
  }

  /** The one policy that all edges of this service share. */
  @Produces
  @Singleton
  static Policy policy(Site site, AddressVerifier verifier) {
    return new Policy(site, verifier);
  }
}
